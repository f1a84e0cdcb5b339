package pdf_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"unicode"

	peer "github.com/ledongthuc/pdf"

	"gongkai/parser/pdf"
)

// TestPeer reads documents with another library as well. Where that reads a
// character, this package must read it too, as often; how much the other reads at
// all is logged, for docs/dependencies.md.
func TestPeer(t *testing.T) {
	files, _ := filepath.Glob("../../testdata/formats/*.pdf")
	whole := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pages, _, err := pdf.Pages(context.Background(), data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		ours, all := map[rune]int{}, 0
		for _, p := range pages {
			for _, g := range p.Glyphs {
				all += count(ours, g.Text)
			}
		}
		text, err := peerText(data)
		theirs, read := map[rune]int{}, 0
		count(theirs, text)
		for r, n := range theirs {
			read += min(n, ours[r])
		}
		t.Logf("%-20s %5d characters, the other library reads %5d of them (%v)", filepath.Base(file), all, read, err)
		if all == 0 || read < all {
			continue
		}
		whole++
		for r, n := range theirs {
			if unicode.Is(unicode.Han, r) && ours[r] < n {
				t.Errorf("%s: %q is there %d times, read %d times", file, r, n, ours[r])
			}
		}
	}
	if whole == 0 {
		t.Error("there is no document that both read whole")
	}
}

// count counts the characters of a text that print something.
func count(runes map[rune]int, text string) (n int) {
	for _, r := range text {
		if !unicode.IsSpace(r) && r != unicode.ReplacementChar {
			runes[r]++
			n++
		}
	}
	return n
}

// peerText reads a document with the other library, whose errors may be panics.
func peerText(data []byte) (text string, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v", fault)
		}
	}()
	r, err := peer.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", err
	}
	for number := 1; number <= r.NumPage(); number++ {
		page, err := r.Page(number).GetPlainText(nil)
		if err != nil {
			return text, err
		}
		text += page
	}
	return text, nil
}
