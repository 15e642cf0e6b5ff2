// Package xmldoc reads the XML of one deposited file into a small tree, within
// bounds, and says what is wrong with it the way the platform's parser does.
//
// The platform's technical errors are those of Xerces ("cvc-datatype-valid…",
// with a line and a column just after the offending tag), so this package
// keeps what Xerces would tell: prefixes as written, positions counted in
// characters from 1, and its sentences for documents that are not well formed.
// They were compared with the Xerces of a JDK.
//
// Tokens come from encoding/xml, which expands no entity but the predefined
// ones. Long runs of base64 are withheld from it: an attached file of thirty
// megabytes stays where it is in the given bytes instead of being copied.
package xmldoc
