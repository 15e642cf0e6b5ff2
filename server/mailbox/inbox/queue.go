package inbox

import (
	"cmp"
	"slices"
)

// queue holds messages by arrival. Its oldest and newest go cheaply; one in
// between costs a move of the shorter side.
type queue struct{ mails []*Mail }

func (q *queue) len() int { return len(q.mails) }

// at is the i-th oldest message.
func (q *queue) at(i int) *Mail { return q.mails[i] }

func (q *queue) push(m *Mail) { q.mails = append(q.mails, m) }

// place is where the first message of at least that sequence number is.
func (q *queue) place(seq uint64) int {
	i, _ := slices.BinarySearchFunc(q.mails, seq, func(m *Mail, seq uint64) int { return cmp.Compare(m.Seq, seq) })
	return i
}

func (q *queue) remove(m *Mail) {
	i := q.place(m.Seq)
	if i < len(q.mails)/2 {
		copy(q.mails[1:i+1], q.mails[:i])
		q.mails[0] = nil
		q.mails = q.mails[1:]
		return
	}
	q.mails = slices.Delete(q.mails, i, i+1)
}

func (q *queue) keep(wanted func(*Mail) bool) {
	q.mails = slices.DeleteFunc(q.mails, func(m *Mail) bool { return !wanted(m) })
}

// newestFirst copies a page: limit messages after skipping start.
func (q *queue) newestFirst(start, limit int) []*Mail {
	n := min(max(len(q.mails)-start, 0), limit)
	page := make([]*Mail, n)
	for i := range page {
		page[i] = q.mails[len(q.mails)-1-start-i]
	}
	return page
}
