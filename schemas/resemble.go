package schemas

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Optical recognition takes one character for another that looks alike: 数 for
// 效. It hardly ever loses or adds one, so a misread label is as long as the
// label that is printed.

// wordingOf is a label as it is compared.
type wordingOf struct {
	runes []rune
	text  string
}

// A label of fewer characters is nothing but its few characters; of more, two of
// them may be wrong.
const (
	shortestMisread = 4
	longLabel       = 8
)

// Resembling returns the label that recognised text most likely is, misread in
// one character, or in two if it is long. There must be exactly one, twice as
// close as any label that means something else, and the characters that differ
// must not be of those that turn a meaning (上 and 本, numerals, 不). Labels of
// few characters are matched only if unsure is set: words that recognition is
// sure of are what is printed.
func (x *index) Resembling(printed string, unsure bool) (label string, refs []Ref) {
	text := Fold(printed).Text
	runes := []rune(text)
	if len(runes) < shortestMisread || len(runes) < longLabel && !unsure || x.turned(printed, text) {
		return "", nil
	}
	best, near := "", len(runes)
	for _, w := range x.wordings[len(runes)] {
		if d := differences(runes, w); d < near {
			best, near = w.text, d
		}
	}
	most := 1
	if len(runes) >= longLabel {
		most = 2
	}
	refs = x.labels[best]
	if near == 0 || near > most || len(refs) == 0 || x.telling(runes, []rune(best)) {
		return "", nil
	}
	for _, w := range x.wordings[len(runes)] {
		if differences(runes, w) < 2*near && !sameMeaning(refs, x.labels[w.text]) {
			return "", nil
		}
	}
	return best, refs
}

func differences(a []rune, w wordingOf) (count int) {
	for i, r := range w.runes {
		if a[i] != r {
			count++
		}
	}
	return count
}

// telling reports whether a character in which the texts differ turns a meaning.
func (x *index) telling(a, b []rune) bool {
	for i := range a {
		if a[i] != b[i] && (strings.ContainsRune(x.tells, a[i]) || strings.ContainsRune(x.tells, b[i]) || isDigit(a[i]) || a[i] == utf8.RuneError) {
			return true
		}
	}
	return false
}

// sameMeaning reports whether two wordings name the same line of some form.
func sameMeaning(a, b []Ref) bool {
	return slices.ContainsFunc(a, func(r Ref) bool {
		return slices.ContainsFunc(b, func(s Ref) bool {
			return r.Kind == s.Kind && r.Form == s.Form && r.Section == s.Section && r.Block == s.Block && r.Line == s.Line && r.Column == s.Column
		})
	})
}

// newWordings lists the labels and the wordings that only look like one.
func newWordings(labels map[string][]Ref, forms []*Form) map[int][]wordingOf {
	texts := map[string]bool{}
	for text := range labels {
		texts[text] = true
	}
	for _, form := range forms {
		for _, s := range form.Sections {
			for _, b := range s.Blocks {
				for _, line := range slices.Concat(b.Rows, b.Columns) {
					for _, unlike := range line.Unlike {
						texts[Fold(unlike).Text] = true
					}
				}
			}
		}
	}
	all := map[int][]wordingOf{}
	for text := range texts {
		w := wordingOf{[]rune(text), text}
		all[len(w.runes)] = append(all[len(w.runes)], w)
	}
	for _, list := range all {
		slices.SortFunc(list, func(a, b wordingOf) int { return strings.Compare(a.text, b.text) })
	}
	return all
}
