package openapi_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"chorus-qualif/openapi"
)

// keywords is a document of what schemas can say, including what no document
// of ours says yet.
const keywords = `openapi: 3.0.3
info: {title: keywords, version: '1'}
paths:
  /k:
    parameters:
      - {name: boolean, in: query, schema: {type: integer}}
    post:
      operationId: k
      parameters:
        - {name: number, in: query, schema: {type: number, maximum: 10, exclusiveMaximum: true}}
        - {name: boolean, in: query, schema: {type: boolean}}
        - {name: short, in: query, schema: {type: integer, format: int32}}
        - {name: many, in: query, schema: {type: array, maxItems: 2, items: {type: integer, maximum: 9}}}
        - {name: cookie, in: header, schema: {type: integer}}
      requestBody:
        content:
          application/vnd.k+json:
            schema:
              type: object
              minProperties: 1
              properties:
                bounds: {type: integer, minimum: 2, maximum: 4}
                inside: {type: number, minimum: 0, maximum: 1, exclusiveMinimum: true, exclusiveMaximum: true}
                text: {type: string, minLength: 2, maxLength: 3}
                list: {type: array, minItems: 1, maxItems: 2, uniqueItems: true, items: {type: integer}}
                day: {type: string, format: date}
                letter: {type: string, enum: [a, b, c, d, e, f, g, h, i, j, k, l, m]}
                one: {type: string, enum: [only]}
                digit: {type: integer, enum: [1, 2]}
                either: {anyOf: [{type: string}, {type: boolean}]}
                both: {allOf: [{type: integer}, {type: integer, minimum: 5}]}
                never: {type: string, not: {enum: [x]}}
                word: {type: string, pattern: '^[a-z]+$'}
                half: {type: number, multipleOf: 0.5}
                map: {type: object, additionalProperties: {type: integer}}
      responses:
        '200': {description: d, headers: {X-Count: {schema: {type: integer}}}}
        '201': {description: d, content: {application/json: {schema: {}}, text/csv: {schema: {type: string}}, text/xml: {schema: {type: string}}}}
`

func TestEveryKeywordIsExplained(t *testing.T) {
	t.Parallel()
	set, err := openapi.LoadFS(fstest.MapFS{"keywords.yaml": {Data: []byte(keywords)}})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ body, query, want string }{
		{`{"bounds":1}`, "", "body /bounds minimum: bounds must be at least 2"},
		{`{"bounds":5}`, "", "body /bounds maximum: bounds must be at most 4"},
		{`{"inside":0}`, "", "body /inside exclusiveMinimum: inside must be more than 0"},
		{`{"inside":1.0}`, "", "body /inside exclusiveMaximum: inside must be less than 1"},
		{`{"inside":0.5}`, "", ""},
		{`{"text":"a"}`, "", "body /text minLength: text must have at least 2 characters"},
		{`{"text":"abcd"}`, "", "body /text maxLength: text must have at most 3 characters"},
		{`{"list":[]}`, "", "body /list minItems: list must have at least 1 item"},
		{`{"list":[1,2,3]}`, "", "body /list maxItems: list must have at most 2 items"},
		{`{"list":[1,1]}`, "", "body /list uniqueItems: list must not have the same item twice"},
		{`{"list":[1,2.0]}`, "", "body /list/1 type: item 1 of list must be an integer, without fraction or exponent"},
		{`{"list":[1,null]}`, "", "body /list/1 type: item 1 of list must not be null"},
		{`{"day":"2026-02-30"}`, "", "body /day format: day must be a date written YYYY-MM-DD"},
		{`{"day":"2026-02-28"}`, "", ""},
		{`{"letter":"z"}`, "", "body /letter enum: letter is none of the 13 accepted values"},
		{`{"one":"two"}`, "", "body /one enum: one must be only"},
		{`{"digit":3}`, "", "body /digit enum: digit must be one of 1, 2"},
		{`{"either":1}`, "", "body /either anyOf: either is in none of the accepted forms"},
		{`{"both":1}`, "", "body /both allOf: both is in none of the accepted forms"},
		{`{"both":6.0}`, "", "body /both type: both must be an integer, without fraction or exponent"},
		{`{"never":"x"}`, "", "body /never not: never is in none of the accepted forms"},
		{`{"word":"A"}`, "", "body /word pattern: word must match ^[a-z]+$"},
		{`{"half":0.3}`, "", "body /half multipleOf: half breaks the rule multipleOf"},
		{`{"map":{"a":1,"b c":1.0}}`, "", `body /map/b c type: "b c" must be an integer, without fraction or exponent`},
		{`{}`, "", "body  minProperties: the body breaks the rule minProperties"},
		{`{"other":{"deep":1.0}}`, "", ""},
		{``, "number=9.5&boolean=true&short=-3", ""},
		{``, "number=10", "query number exclusiveMaximum: number must be less than 10"},
		{``, "number=1e400", "query number type: number must be a number"},
		{``, "number=0x1p4", "query number type: number must be a number"},
		{``, "boolean=1", "query boolean type: boolean must be true or false"},
		{``, "short=2147483648", "query short format: short must be between -2147483648 and 2147483647"},
		{``, "many=1&many=2", ""},
		{``, "many=1&many=x", "query many type: many must be an integer"},
		{``, "many=1&many=10", "query many maximum: many must be at most 9"},
		{``, "many=1&many=2&many=3", "query many maxItems: many must have at most 2 items"},
		{``, "short=1&short=1", "query short repeated: short must not be given twice"},
		{``, "short=+1", "query short type: short must be an integer"},
	}
	found, _ := set.Operation("k")
	for _, test := range tests {
		query, _ := url.ParseQuery(strings.ReplaceAll(test.query, "+", "%2B"))
		var got string
		for _, v := range found.ValidateRequest(openapi.Request{ContentType: "application/vnd.k+json", Body: []byte(test.body), Query: query}) {
			got += v.In + " " + v.Pointer + " " + v.Rule + ": " + v.Message
		}
		if got != test.want {
			t.Errorf("%s %s\n  got  %q\n  want %q", test.body, test.query, got, test.want)
		}
	}
	header := headers("X-Count", "many")
	if got := found.ValidateResponse(200, header, nil); !slices.Equal(briefs(got), []brief{{"header", "X-Count", "type"}}) {
		t.Errorf("header of an answer: %+v", got)
	}
	got := found.ValidateResponse(201, headers("Content-Type", "image/png"), []byte("x"))
	if len(got) != 1 || got[0].Message != "Content-Type must be application/json, text/csv or text/xml" {
		t.Errorf("Content-Type of an answer: %+v", got)
	}
}
