// Package pdf reads of a PDF what an invoicing platform needs: how many pages
// it has, whether it is encrypted or signed, and the files that it embeds.
//
// It is our own because no library fits: the maintained one that reads
// attachments inflates them without a bound (a file of 300 kB makes it take a
// gigabyte), keeps process-wide settings, and brings seven modules along.
// What is needed is small: objects are found by walking through the file, as
// every reader does with a damaged one, so cross-reference tables are not
// needed; the newest definition of an object wins.
//
// Every step is bounded: bytes inflated, objects, nesting, and the work done
// on malformed input.
package pdf
