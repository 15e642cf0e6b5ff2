package reading

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// Link is an address that the message leads to.
type Link struct {
	URL string `json:"url"`
	// Text is what a reader clicks on; the URL itself in plain text.
	Text string `json:"text"`
}

var webAddress = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"'\x60]+`)

// Bounds on what one message can lead to.
const (
	maxLabel = 300
	maxLinks = 1000
)

// Links lists the web addresses of the HTML and then of the text, each once, in
// the order of reading.
func (m Message) Links() []Link {
	links := []Link{}
	seen := map[string]bool{}
	add := func(url, text string) {
		if !seen[url] && len(links) < maxLinks {
			seen[url] = true
			links = append(links, Link{url, text})
		}
	}
	anchors(m.HTML, add)
	for _, url := range webAddress.FindAllString(m.Text, -1) {
		url = bare(url)
		add(url, url)
	}
	return links
}

// bare is an address without the punctuation of the sentence around it.
func bare(url string) string {
	for {
		cut := strings.TrimRight(url, ".,;:!?»…*_")
		for _, pair := range []string{"()", "[]", "{}"} {
			if strings.HasSuffix(cut, pair[1:]) && strings.Count(cut, pair[:1]) < strings.Count(cut, pair[1:]) {
				cut = cut[:len(cut)-1]
			}
		}
		if cut == url {
			return url
		}
		url = cut
	}
}

// anchors tells of each <a href> to the web with its text.
func anchors(document string, add func(url, text string)) {
	tokens := html.NewTokenizer(strings.NewReader(document))
	url, label := "", ""
	flush := func() {
		if url != "" {
			add(url, strings.Join(strings.Fields(label), " "))
		}
		url, label = "", ""
	}
	for {
		switch kind := tokens.Next(); kind {
		case html.ErrorToken:
			flush()
			return
		case html.TextToken:
			if url != "" && len(label) < maxLabel {
				label += string(tokens.Text())
			}
		case html.StartTagToken, html.EndTagToken:
			if token := tokens.Token(); token.Data == "a" {
				flush()
				if kind == html.StartTagToken {
					url = href(token)
				}
			}
		}
	}
}

func href(token html.Token) string {
	for _, attribute := range token.Attr {
		if value := strings.TrimSpace(attribute.Val); attribute.Key == "href" && webAddress.FindString(value) == value {
			return value
		}
	}
	return ""
}

// inline are the elements that do not part words.
const inline = " a abbr b code em font i small span strong sub sup u "

// Visible is the text that HTML shows.
func Visible(document string) string {
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(document))
	hidden := ""
	for {
		kind := tokens.Next()
		switch kind {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if hidden == "" {
				b.Write(tokens.Text())
			}
			continue
		case html.CommentToken, html.DoctypeToken:
			continue
		}
		raw, _ := tokens.TagName()
		name := string(raw)
		switch {
		case kind == html.EndTagToken && name == hidden:
			hidden = ""
		case kind == html.StartTagToken && hidden == "" && (name == "style" || name == "script" || name == "head"):
			hidden = name
		}
		if !strings.Contains(inline, " "+name+" ") {
			b.WriteByte(' ')
		}
	}
}
