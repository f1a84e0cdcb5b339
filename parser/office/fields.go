package office

import (
	"slices"
	"strings"
)

// openField is a field of a text document that has begun: its code, and behind
// that the result that is printed.
type openField struct {
	inCode bool
	code   []byte // its beginning
	shown  int    // texts shown before it
}

// fieldsOpen are the fields around a place, from the outside in.
type fieldsOpen []openField

// inCode reports whether the place is in the code of a field, which is not printed.
func (f fieldsOpen) inCode() bool {
	return slices.ContainsFunc(f, func(o openField) bool { return o.inCode })
}

// addCode gathers the code of the innermost field; only its first word counts.
func (f fieldsOpen) addCode(text string) {
	const enough = 64
	if n := len(f); n > 0 && f[n-1].inCode && len(f[n-1].code) < enough {
		f[n-1].code = append(f[n-1].code, text...)
	}
}

// silent are fields that print nothing where they stand, or what is chosen or
// typed in them and nothing if they are left empty.
var silent = []string{"XE", "TC", "RD", "TA", "SET", "ASK", "PRIVATE", "ADVANCE", "HYPERLINK", "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "TOC", "INDEX", "NEXT", "SKIPIF", "NEXTIF"}

// printsUnread reports whether a field prints what the document does not hold.
// Programs draw the formula of EQ from its code; others that have no result get
// theirs when they are printed.
func printsUnread(code string, hasResult bool) bool {
	word := strings.ToUpper(strings.TrimSpace(code))
	if i := strings.IndexAny(word, " \t\\("); i >= 0 {
		word = word[:i]
	}
	if word == "" {
		return false
	}
	return word == "EQ" || !hasResult && !slices.Contains(silent, word)
}
