package office

import (
	"strconv"
	"strings"

	"gongkai/parser/blocks"
)

// slashMark stands for the line across a cell without text: people draw one
// where nothing can be, which is not the same as nothing.
const slashMark = "〔斜线〕"

// White print is seen on a ground of another colour and not on paper. Which it
// stands on is often said elsewhere than the text, and later: until it is known
// white text is kept between two code points that are no characters.
const whiteBegin, whiteEnd = "\uFDD0", "\uFDD1"

func white(text string) string {
	if strings.TrimSpace(text) == "" || text == blocks.PictureMark {
		return text
	}
	return whiteBegin + text + whiteEnd
}

var onPaper, onColour = strings.NewReplacer(whiteBegin, "〔", whiteEnd, "〕"), strings.NewReplacer(whiteBegin, "", whiteEnd, "")

// seen is text on a ground that is coloured or not: white print that is not seen
// is put in brackets, so that it makes no figure with the text around it.
func seen(text string, coloured bool) string {
	switch {
	case !strings.Contains(text, whiteBegin):
		return text
	case coloured:
		return onColour.Replace(text)
	}
	return onPaper.Replace(text)
}

// settle gives the texts of nodes as they are seen, those of the cells of tables
// not: each has a ground of its own.
func settle(content []node, coloured bool) {
	for i := range content {
		content[i].text = seen(content[i].text, coloured)
	}
}

// standing is how text stands to the text around it.
type standing uint8

const (
	inLine standing = iota
	apart           // a footnote mark, what is struck out
	inWhite
)

// What begins and ends text that does not stand in line.
var (
	standingBegins = [...]string{"", "〔", whiteBegin}
	standingEnds   = [...]string{"", "〕", whiteEnd}
)

// isWhite reads a colour as RRGGBB or AARRGGBB. What is nearly white is not seen
// on paper either.
func isWhite(rgb string) bool {
	if len(rgb) == 8 {
		rgb = rgb[2:]
	}
	n, err := strconv.ParseUint(rgb, 16, 32)
	return err == nil && len(rgb) == 6 && isWhiteRGB(int(n>>16), int(n>>8&0xFF), int(n&0xFF))
}

func isWhiteRGB(red, green, blue int) bool {
	const nearly = 0xF0
	return red >= nearly && green >= nearly && blue >= nearly
}

// isTiny tells text too small to be seen by its size in points.
func isTiny(points float64) bool { return points > 0 && points <= 2 }

// isSymbolFont tells fonts that draw signs for the codes of letters and digits.
func isSymbolFont(name string) bool {
	name = strings.ToLower(name)
	for _, prefix := range []string{"wingdings", "webdings", "symbol", "zapfdingbats", "zapf dingbats", "monotype sorts", "opensymbol", "marlett"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
