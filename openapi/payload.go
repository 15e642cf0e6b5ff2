package openapi

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// BodyType is the media type of the operation's request body, such as
// "application/json"; "" when the operation reads none.
func (o *Operation) BodyType() string {
	if o.body == nil {
		return ""
	}
	return o.body.content.mediaType
}

// BodyProperty tells whether a request body may have a property at a path of
// names, and lists the names that its object declares, sorted. Elements of
// arrays are passed through: a path names properties only. What a schema leaves
// open is known.
func (o *Operation) BodyProperty(path ...string) (known bool, declared []string) {
	if o.body == nil {
		return false, nil
	}
	at := []*openapi3.Schema{o.body.content.schema.schema}
	for i, name := range path {
		objects := alternatives(at)
		next, open, names := step(objects, name)
		if len(next) == 0 {
			return open, names
		}
		at = next
		if i == len(path)-1 {
			return true, names
		}
	}
	return true, nil
}

// alternatives are the schemas that a value may be described by: those given,
// their parts and, for an array, those of its elements.
func alternatives(from []*openapi3.Schema) []*openapi3.Schema {
	var all []*openapi3.Schema
	for todo := slices.Clone(from); len(todo) > 0; {
		one := todo[0]
		todo = todo[1:]
		if slices.Contains(all, one) {
			continue
		}
		all = append(all, one)
		for _, refs := range []openapi3.SchemaRefs{one.AllOf, one.OneOf, one.AnyOf, {one.Items}} {
			for _, ref := range refs {
				if ref != nil && ref.Value != nil {
					todo = append(todo, ref.Value)
				}
			}
		}
	}
	return all
}

// step is what a property leads to in any of the schemas; open tells that none
// of them refuses names it does not declare.
func step(objects []*openapi3.Schema, name string) (next []*openapi3.Schema, open bool, declared []string) {
	names := map[string]bool{}
	open = true
	for _, object := range objects {
		for property, ref := range object.Properties {
			names[property] = true
			if property == name && ref.Value != nil {
				next = append(next, ref.Value)
			}
		}
		more := object.AdditionalProperties
		if more.Schema != nil && more.Schema.Value != nil {
			next = append(next, more.Schema.Value)
		}
		if more.Has != nil && !*more.Has {
			open = false
		}
	}
	return next, open, slices.Sorted(maps.Keys(names))
}
