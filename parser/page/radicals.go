package page

import (
	_ "embed"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// radicals.txt pairs characters that stand for a radical in dictionaries with
// the character that looks the same. Fonts have one glyph for both, and programs
// that write PDF often name the wrong one: ⼯ for 工. It was derived from Unicode's
// EquivalentUnifiedIdeograph.txt, with the forms used on the mainland.
//
//go:embed radicals.txt
var radicalPairs string

const firstRadical, lastRadical = 0x2E80, 0x2FD5

var radicals = readRadicals(radicalPairs)

func readRadicals(pairs string) map[rune]rune {
	table := map[rune]rune{}
	for pair := range strings.FieldsSeq(pairs) {
		if r := []rune(pair); len(r) == 2 {
			table[r[0]] = r[1]
		}
	}
	return table
}

// character gives the text of a glyph with the characters that it looks like.
func character(text string) string {
	for _, r := range text {
		if r >= firstRadical && r <= lastRadical || isCompatible(r) {
			return strings.Map(unified, text)
		}
	}
	return text
}

// isCompatible tells the ideographs that Unicode has twice for other standards.
func isCompatible(r rune) bool { return r >= 0xF900 && r <= 0xFAFF }

func unified(r rune) rune {
	if same, ok := radicals[r]; ok {
		return same
	}
	if isCompatible(r) {
		same := []rune(norm.NFKC.String(string(r)))
		return same[0]
	}
	return r
}
