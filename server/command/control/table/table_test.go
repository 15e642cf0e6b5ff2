package table_test

import (
	"strings"
	"testing"

	"chorus-qualif/server/command/control/table"
)

func TestColumnsAreAligned(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rows   [][]any
		screen table.Screen
		want   string
	}{
		"accents, wide runes and combining marks": {
			[][]any{{"été", 1, "x"}, {"日本", 22, ""}, {"e\u0301t", 3, "z"}}, table.Screen{},
			"NAME  N   LAST\nété   1   x\n日本  22\ne\u0301t    3   z\n",
		},
		"colours take no room": {
			[][]any{{table.Cell{Text: "a", Style: table.Good}, 1, "x"}}, table.Screen{Color: true},
			"\x1b[1mNAME\x1b[0m  \x1b[1mN\x1b[0m  \x1b[1mLAST\x1b[0m\n\x1b[32ma\x1b[0m     1  x\n",
		},
		"no colours": {
			[][]any{{table.Cell{Text: "a", Style: table.Good}, 1, "x"}}, table.Screen{},
			"NAME  N  LAST\na     1  x\n",
		},
		"what a terminal would obey": {
			[][]any{{"a\x1b[31m", 1, "b\nc\td\u202e"}}, table.Screen{},
			"NAME    N  LAST\na\ufffd[31m  1  b c d\ufffd\n",
		},
		"a narrow screen": {
			[][]any{{"short", 1, "the quick brown fox jumps over the lazy dog"}}, table.Screen{Width: 24},
			"NAME   N  LAST\nshort  1  the quick bro…\n",
		},
		"too narrow for anything": {
			[][]any{{"a long name", 1, "the quick brown fox"}}, table.Screen{Width: 3},
			"NAME      N  LAST\na long …  1  the qui…\n",
		},
		"a short row": {[][]any{{"a"}}, table.Screen{}, "NAME  N  LAST\na\n"},
		"nothing":     {nil, table.Screen{}, "NAME  N  LAST\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			all := table.New("NAME", "N", "LAST")
			for _, row := range test.rows {
				all.Add(row...)
			}
			test.screen.Out = &out
			if err := all.Print(test.screen); err != nil || out.String() != test.want || all.Len() != len(test.rows) {
				t.Errorf("got %q %v, want %q", out.String(), err, test.want)
			}
		})
	}
}
