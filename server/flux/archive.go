package flux

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
)

// archive reads a tar.gz of several invoices, one file at a time. Names mean
// nothing: no file is written, so a path that climbs is only a label.
func (r *run) archive(data []byte, name string, row syntaxRow) {
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		r.fail(wBadArchive.technical(codeArchive, name))
		return
	}
	bounded := &boundedReader{from: unzipped, left: r.limits.Unpacked, takes: r.takes}
	entries := tar.NewReader(bounded)
	var buffer bytes.Buffer
	for files := 0; ; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			r.fail(r.archiveError(err, name))
			return
		}
		if header.Typeflag != tar.TypeReg || ignored(header.Name) {
			continue
		}
		if files++; files > r.limits.Invoices {
			r.fail(wTooManyFiles.technical(codeSize, name, r.limits.Invoices))
			return
		}
		entry := label(header.Name)
		if header.Size > int64(r.limits.Entry) {
			r.fail(wTooLarge.technical(codeSize, entry))
			return
		}
		// The size in the header is not to be trusted, and what is kept of
		// the entry should be no more than it is.
		buffer.Reset()
		if _, err := io.Copy(&buffer, entries); err != nil {
			r.fail(r.archiveError(err, name))
			return
		}
		r.file(bytes.Clone(buffer.Bytes()), entry, row)
	}
}

func (r *run) archiveError(err error, name string) TechnicalError {
	if errors.Is(err, errUnpacked) {
		return wTooLarge.technical(codeSize, name)
	}
	return wBadArchive.technical(codeArchive, name)
}

// ignored tells the files that archivers add by themselves.
func ignored(name string) bool {
	base := name[strings.LastIndexByte(name, '/')+1:]
	return strings.HasPrefix(base, "._") || base == ".DS_Store" || strings.HasPrefix(name, "__MACOSX/")
}

var errUnpacked = errors.New("archive unpacks beyond the bound")

// boundedReader stops a bomb: it gives an error, not an end, past its bound.
type boundedReader struct {
	from  io.Reader
	left  int
	takes func(n int)
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errUnpacked
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	b.takes(n)
	return n, err
}
