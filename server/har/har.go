// Package har is an HTTP Archive 1.2
// (http://www.softwareishard.com/blog/har-12-spec/), as far as the program
// writes it. Fields of our own begin with _, as it asks.
package har

// Document is an archive.
type Document struct {
	Log Log `json:"log"`
}

// Log is what the archive holds; Pages may be nil, Entries not.
type Log struct {
	Version string  `json:"version"`
	Creator Creator `json:"creator"`
	Pages   []Page  `json:"pages,omitempty"`
	Entries []Entry `json:"entries"`
}

// Creator is the program that wrote the archive.
type Creator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Page groups entries, which name it by its ID. Started is ISO 8601.
type Page struct {
	Started string   `json:"startedDateTime"`
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Timings struct{} `json:"pageTimings"`
}

// Entry is an exchange. Started is ISO 8601, Time in milliseconds.
type Entry struct {
	Page     string   `json:"pageref,omitempty"`
	Started  string   `json:"startedDateTime"`
	Time     float64  `json:"time"`
	Request  Request  `json:"request"`
	Response Response `json:"response"`
	Cache    struct{} `json:"cache"`
	Timings  Timings  `json:"timings"`
	// Virtual is the instant on the sandbox's clock, Explain why the answer is
	// what it is, Step and Verdict those of a scenario; each may be empty.
	Virtual string `json:"_virtual,omitempty"`
	Step    string `json:"_step,omitempty"`
	Verdict string `json:"_verdict,omitempty"`
	Explain string `json:"_explain,omitempty"`
}

// Request is what was asked. The lists may not be nil, HeadersSize is -1 where
// it is not known, BodySize in bytes.
type Request struct {
	Method      string `json:"method"`
	URL         string `json:"url"`
	HTTPVersion string `json:"httpVersion"`
	Cookies     []Pair `json:"cookies"`
	Headers     []Pair `json:"headers"`
	QueryString []Pair `json:"queryString"`
	PostData    *Post  `json:"postData,omitempty"`
	HeadersSize int    `json:"headersSize"`
	BodySize    int    `json:"bodySize"`
}

// Response is what came back, with the same rules.
type Response struct {
	Status      int     `json:"status"`
	StatusText  string  `json:"statusText"`
	HTTPVersion string  `json:"httpVersion"`
	Cookies     []Pair  `json:"cookies"`
	Headers     []Pair  `json:"headers"`
	Content     Content `json:"content"`
	RedirectURL string  `json:"redirectURL"`
	HeadersSize int     `json:"headersSize"`
	BodySize    int     `json:"bodySize"`
}

// Pair is a header, or a parameter of a query.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Post is the body of a request; Encoding is base64 where Text is, and empty
// else.
type Post struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Encoding string `json:"_encoding,omitempty"`
}

// Content is the body of a response, with its size in bytes.
type Content struct {
	Size     int    `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Encoding string `json:"encoding,omitempty"`
}

// Timings are in milliseconds.
type Timings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// Of is an archive of entries, which may be nil, written by a version of this
// program.
func Of(version string, entries []Entry) Document {
	if entries == nil {
		entries = []Entry{}
	}
	return Document{Log{Version: "1.2", Creator: Creator{"chorus-qualif", version}, Entries: entries}}
}
