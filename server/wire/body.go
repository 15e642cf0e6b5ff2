package wire

import (
	"errors"
	"io"
	"net/http"
)

// ErrTooLarge is returned by ReadBody for a body over its limit.
var ErrTooLarge = errors.New("the body is larger than this operation takes")

// ReadBody reads a request's body, at most limit bytes of it. A body that an
// http.MaxBytesReader cut short is ErrTooLarge as well.
func ReadBody(r *http.Request, limit int64) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	if r.ContentLength > limit {
		return nil, ErrTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	var cut *http.MaxBytesError
	switch {
	case errors.As(err, &cut):
		return nil, ErrTooLarge
	case err != nil:
		return nil, err
	case int64(len(body)) > limit:
		return nil, ErrTooLarge
	}
	return body, nil
}
