package openapi

import "bytes"

// withoutExamples empties the lines that hold the examples of contents. They
// are for readers, yet the parser would decode each of them a dozen times: they
// are a quarter of what the program does before it is ready. Every other line
// keeps its number, which errors tell.
//
// Only what is certainly such an example is left out: "examples:" alone on a
// line, two columns to the right of a media type.
func withoutExamples(text []byte) []byte {
	kept := make([]byte, 0, len(text))
	media, dropped := -1, -1 // columns of the media type and of the examples that a line is below
	for line := range bytes.Lines(text) {
		content := bytes.TrimSpace(line)
		column := bytes.IndexFunc(line, func(r rune) bool { return r != ' ' })
		says := len(content) > 0 && content[0] != '#'
		if says && column <= dropped {
			dropped = -1
		}
		switch {
		case dropped >= 0:
			kept = append(kept, '\n')
			continue
		case !says:
		case isMediaType(content):
			media = column
		case column <= media:
			media = -1
		case column == media+2 && media >= 0 && string(content) == "examples:":
			dropped = column
			kept = append(kept, '\n')
			continue
		}
		kept = append(kept, line...)
	}
	return kept
}

// isMediaType tells a key such as "application/json:" from paths, which begin
// with a slash, and from everything else, which has none.
func isMediaType(content []byte) bool {
	key, ends := bytes.CutSuffix(content, []byte{':'})
	return ends && bytes.IndexByte(key, '/') > 0 && bytes.IndexByte(key, ' ') < 0
}
