package schemas

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Words is how offices write values in table cells: data about the world, the
// same for all forms.
type Words struct {
	// None lists what stands for "not applicable here".
	None []string `json:"none"`
	// Unchanged lists words for a change of 0.
	Unchanged []string `json:"unchanged"`
	// More and Less list signs and words before a number, longest first.
	More []string `json:"more"`
	Less []string `json:"less"`
	// Money maps a printed unit of money to the power of ten that makes it yuan.
	Money map[string]int `json:"money"`
	// Scale maps a word behind a count to the power of ten that it means.
	Scale map[string]int `json:"scale"`
	// Turning lists words that give a label another meaning when they stand in a
	// note behind it: 行政许可（撤销）.
	Turning []string `json:"turning"`
	// Telling has the characters that give a label another meaning: 上年 is not
	// 本年. A misread label is never matched over one of them.
	Telling string `json:"telling"`
	// Measures lists measure words behind a count.
	Measures []string `json:"measures"`

	none, unchanged, measures map[string]bool
	// begins has the characters that a value may begin with, digits apart.
	begins *runeSet
}

//go:embed words.json
var wordsJSON []byte

// EmbeddedWords returns the words that are part of the program.
func EmbeddedWords() *Words {
	w := new(Words)
	if err := json.Unmarshal(wordsJSON, w); err != nil {
		panic(fmt.Sprintf("words.json: %v", err)) // excluded by the tests
	}
	w.none, w.unchanged, w.measures = setOf(w.None), setOf(w.Unchanged), setOf(w.Measures)
	w.begins = new(runeSet)
	for _, word := range slices.Concat(w.None, w.Unchanged, w.More, w.Less, []string{HanNumerals}) {
		for _, r := range word {
			w.begins.add(Plain(r))
			w.begins.add(r)
		}
	}
	return w
}

func setOf(words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, word := range words {
		set[word] = true
	}
	return set
}

// MeansNone reports whether the cell text says that there is nothing to count.
func (w *Words) MeansNone(text string) bool { return w.none[text] }

// MeansUnchanged reports whether the cell text says that a number did not change.
func (w *Words) MeansUnchanged(text string) bool { return w.unchanged[text] }

// IsMeasure reports whether the text is a measure word.
func (w *Words) IsMeasure(text string) bool { return w.measures[text] }

// HanNumerals are the characters of Chinese numerals below ten thousand.
const HanNumerals = "〇零一二三四五六七八九十百千两"

// LooksLikeValue reports whether a short text may be the content of a value
// cell: it begins with a digit, a numeral, a sign or a word for more or less and
// has few other characters. It says nothing about whether the value can be read.
func (w *Words) LooksLikeValue(text string) bool {
	if text == "" || len(text) > 48 {
		return false
	}
	if IsDigits(text) {
		return true
	}
	if r, _ := utf8.DecodeRuneInString(text); !isDigit(Plain(r)) && r != '.' && !w.begins.has(r) {
		return false
	}
	if w.none[text] || w.unchanged[text] {
		return true
	}
	digits, numerals, others := 0, 0, 0
	for _, r := range w.unsigned(text) {
		switch r = Plain(r); {
		case isDigit(r):
			digits++
		case strings.ContainsRune(HanNumerals, r):
			numerals++
		case strings.ContainsRune("。；;：:！？、年月", r):
			return false // a sentence, or a date
		case r != ' ' && r != 0 && r != '.' && r != ',':
			if others++; digits+numerals == 0 {
				return false
			}
		}
	}
	if digits == 0 {
		return numerals > 0 && others <= 2
	}
	return others <= 8
}

// unsigned is the text behind a sign or a word for more or less.
func (w *Words) unsigned(text string) string {
	for _, signs := range [][]string{w.More, w.Less} {
		for _, sign := range signs {
			if rest, ok := strings.CutPrefix(text, sign); ok {
				return rest
			}
		}
	}
	return text
}

// IsDigits reports whether the text is ASCII digits and nothing else.
func IsDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
