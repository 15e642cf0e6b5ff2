package openapi

import (
	"errors"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// stringFormats are the formats that the documents use and that are checked.
// They are handed to each validation, because the validator's own registry is
// global to the process and anybody may change it.
func stringFormats() map[string]openapi3.StringFormatValidator {
	return map[string]openapi3.StringFormatValidator{
		"date":      openapi3.NewCallbackValidator(checkDate),
		"date-time": openapi3.NewCallbackValidator(checkDateTime),
		// Ours, not of the OpenAPI registry: the service reads both.
		"date-or-date-time": openapi3.NewCallbackValidator(checkDateOrDateTime),
	}
}

var (
	errDate     = errors.New("not a date")
	errDateTime = errors.New("not an RFC 3339 instant")
	errEither   = errors.New("neither a date nor an instant")
)

func checkDate(value string) error {
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		return errDate
	}
	return nil
}

// checkDateTime adds to time.Parse what RFC 3339 asks for and Parse lets pass:
// hours of two digits, a point before the fraction, an offset below 24:00.
func checkDateTime(value string) error {
	if _, err := time.Parse(time.RFC3339, value); err != nil {
		return errDateTime
	}
	clock := value[len("2006-01-02T"):]
	if clock[2] != ':' || strings.Contains(clock, ",") {
		return errDateTime
	}
	if offset := clock[len(clock)-len("07:00"):]; clock[len(clock)-1] != 'Z' && (offset[:2] > "23" || offset[3:] > "59") {
		return errDateTime
	}
	return nil
}

// checkDateOrDateTime takes a day, an RFC 3339 instant, or one without an
// offset: clients of the real service send all three.
func checkDateOrDateTime(value string) error {
	if checkDate(value) == nil || checkDateTime(value) == nil || checkDateTime(value+"Z") == nil {
		return nil
	}
	return errEither
}
