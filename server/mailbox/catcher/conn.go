package catcher

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/jim"
)

// busy is the greeting of a client that is one too many.
const busy = "421 4.3.2 Too many connections, try again later\r\n"

// farewell is how long that greeting may take to be written.
const farewell = time.Second

// door counts the connections and lets Jim look at them.
type door struct {
	net.Listener
	server *Server
	inside atomic.Int64
}

// Accept waits for a client that may come in.
func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if d.inside.Add(1) > int64(d.server.o.MaxConnections) {
			_ = c.SetWriteDeadline(d.server.o.Wall.Now().Add(farewell))
			_, _ = c.Write([]byte(busy))
			_ = c.Close()
			d.inside.Add(-1)
			continue
		}
		g := &guest{Conn: c, wall: d.server.o.Wall, gone: make(chan struct{}), leave: func() { d.inside.Add(-1) }}
		g.monkey = d.server.o.Party.Meet(inbox.All)
		if g.monkey.RefusesConnection() {
			_ = g.Close()
			continue
		}
		g.slowDown(g.monkey.LinkSpeed())
		return g, nil
	}
}

// guest is a client's connection: it knows Jim's mind and keeps to the link
// speed that he chose.
type guest struct {
	net.Conn
	wall   clock.Wall
	monkey *jim.Monkey
	leave  func()
	once   sync.Once
	gone   chan struct{}
	// speed is in bytes a second; 0 is no limit.
	speed atomic.Int64
}

// slowDown limits the speed, unless 0.
func (g *guest) slowDown(speed float64) {
	if speed > 0 {
		g.speed.Store(int64(speed))
	}
}

// Close leaves the count of connections once.
func (g *guest) Close() error {
	g.once.Do(func() {
		close(g.gone)
		g.leave()
	})
	return g.Conn.Close()
}

// Read keeps to the link speed.
func (g *guest) Read(b []byte) (int, error) {
	speed := g.speed.Load()
	if speed == 0 {
		return g.Conn.Read(b)
	}
	n, err := g.Conn.Read(b[:min(len(b), slice(speed))])
	g.wait(n, speed)
	return n, err
}

// Write keeps to the link speed.
func (g *guest) Write(b []byte) (int, error) {
	speed := g.speed.Load()
	if speed == 0 {
		return g.Conn.Write(b)
	}
	written := 0
	for written < len(b) {
		n, err := g.Conn.Write(b[written:min(len(b), written+slice(speed))])
		written += n
		if err != nil {
			return written, err
		}
		g.wait(n, speed)
	}
	return written, nil
}

// slice is how much goes at once at a speed: a tenth of a second's worth.
func slice(speed int64) int { return int(max(1, speed/10)) }

// wait passes the time that n bytes take, or until the connection is closed.
func (g *guest) wait(n int, speed int64) {
	done := make(chan struct{})
	stop := g.wall.AfterFunc(time.Duration(n)*time.Second/time.Duration(speed), func() { close(done) })
	select {
	case <-done:
	case <-g.gone:
		stop()
	}
}
