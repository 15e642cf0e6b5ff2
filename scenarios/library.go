package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios/result"
)

//go:embed *.arazzo.yaml
var library embed.FS

// Extension is how the name of a scenario file ends.
const Extension = ".arazzo.yaml"

// Library lists the names of the library's scenarios, without Extension,
// sorted.
func Library() []string {
	files, _ := fs.Glob(library, "*"+Extension) // the pattern is a constant
	for i, file := range files {
		files[i] = strings.TrimSuffix(file, Extension)
	}
	return files
}

// Text is a scenario of the library as written, by its name with or without
// Extension.
func Text(name string) ([]byte, bool) {
	text, err := library.ReadFile(strings.TrimSuffix(name, Extension) + Extension)
	return text, err == nil
}

// Load reads scenarios: each source is a file, a directory, of which every file
// that ends in Extension is taken, or the name of one of the library. None is
// the whole library. A file that is named twice is read once.
//
// The error is Problems: every mistake of every file. The files are nil then.
func Load(contracts *openapi.Set, sources ...string) ([]*File, error) {
	if len(sources) == 0 {
		sources = Library()
	}
	var all []*File
	var problems Problems
	seen := map[string]bool{}
	for _, source := range sources {
		texts, err := open(source)
		if err != nil {
			problems = append(problems, Problem{Position: result.Position{File: source}, Message: err.Error()})
		}
		for _, t := range texts {
			if seen[t.name] {
				continue
			}
			seen[t.name] = true
			file, mistakes := Parse(contracts, t.name, t.text)
			problems = append(problems, mistakes...)
			if file != nil {
				file.Library = t.library
				all = append(all, file)
			}
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return all, nil
}

// opened is a file that was read.
type opened struct {
	name    string
	text    []byte
	library bool
}

func open(source string) ([]opened, error) {
	info, err := os.Stat(source)
	switch {
	case err == nil && info.IsDir():
		return directory(source)
	case err == nil:
		return file(source)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("cannot be read: %w", reason(err))
	}
	if text, ok := Text(source); ok {
		return []opened{{strings.TrimSuffix(source, Extension) + Extension, text, true}}, nil
	}
	hint := ""
	if near := nearest(source, Library()); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return nil, fmt.Errorf("there is no such file or directory, and no scenario of the library has this name%s", hint)
}

func file(path string) ([]opened, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", reason(err))
	}
	return []opened{{path, text, false}}, nil
}

// directory reads the scenarios right in a directory, by name.
func directory(path string) ([]opened, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", reason(err))
	}
	var all []opened
	var errs []error
	for _, entry := range entries {
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), Extension) {
			continue
		}
		one, err := file(filepath.Join(path, entry.Name()))
		all, errs = append(all, one...), append(errs, err)
	}
	if len(entries) == 0 || len(all) == 0 && errors.Join(errs...) == nil {
		return nil, fmt.Errorf("the directory holds no file that ends in %s", Extension)
	}
	return slices.Clip(all), errors.Join(errs...)
}

// reason is the operating system's own words: the path is said already.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
