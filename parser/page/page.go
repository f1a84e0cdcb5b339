// Package page finds lines of text and tables among what is printed on pages:
// glyphs with their boxes, and rulings. It serves every medium that has places
// but no structure: PDF, and pictures whose cells optical recognition reads.
//
// The way of a page: rulings make frames (frame.go), glyphs make lines
// (line.go), frames and the lines in them make tables (grid.go), tables without
// rulings show by the gaps between their columns (gaps.go), lines make
// paragraphs (paragraph.go), and what repeats on every page is left out
// (furniture.go).
package page

import "gongkai/report"

// Page is what one page shows. All places are measured from the top left corner
// of the page as a reader sees it, rotation and cropping applied, x to the right
// and y down; in points (1/72 inch) in a PDF, in pixels on a picture.
type Page struct {
	// Number counts from 1.
	Number        int
	Width, Height float64
	Glyphs        []Glyph
	Rules         []Rule
	// Ink is where something is printed that is neither a glyph nor a ruling: a
	// picture, a drawing. It may show a figure.
	Ink []Area
	// Pictured is the share of the page that pictures cover, from 0 to 1. What they
	// show is not in Glyphs.
	Pictured float64
	// Unread says why something that the page shows is not in Glyphs and Rules;
	// zero if all is.
	Unread report.Text
}

// Area is a rectangle of a page.
type Area struct{ Left, Top, Right, Bottom float64 }

// fewGlyphs is as much text as a page number, a stamp and a header have.
const fewGlyphs = 60

// IsScan reports whether the page is a picture of a page: it has hardly any text,
// and pictures or drawings cover most of it.
func (p *Page) IsScan() bool {
	return (p.Pictured > 0.5 || !p.Unread.IsZero()) && len(shown(p.Glyphs)) < fewGlyphs
}

// MayHideTable reports whether the page shows pictures large enough for a table.
func (p *Page) MayHideTable() bool { return p.Pictured > 1.0/12 }

// Glyph is one printed character, or a word where a medium gives no smaller
// pieces.
type Glyph struct {
	// Text is what it reads. "\uFFFD" is a character that is printed and whose
	// meaning the document does not tell.
	Text string
	// Left and Right are the ends of the glyph's advance, Top and Bottom of its
	// line: baseline plus ascent and descent.
	Left, Top, Right, Bottom float64
	// Size is the font's size as shown.
	Size float64
	// Turned is the direction of the writing: 0 for left to right, 90, 180 or 270
	// degrees clockwise.
	Turned int
	// Confidence is how sure optical recognition is of Text, in percent from 1; 0
	// means that the document states it.
	Confidence int

	struck bool // a line runs through it
}

// Rule is a ruling: a straight horizontal or vertical stroke, or the thin
// rectangle that programs draw for one. Left == Right for a vertical one, Top ==
// Bottom for a horizontal one, in the middle of the stroke.
type Rule struct {
	Left, Top, Right, Bottom float64
}

// Frame is a table as its rulings draw it, before anything is put into it.
type Frame struct {
	Left, Top, Right, Bottom float64
	// Cells are in reading order.
	Cells []FrameCell
	// OpenTop and OpenBottom mean that no ruling closes the frame there: its first
	// or last row may have begun on the page before or go on on the next.
	OpenTop, OpenBottom bool
}

// FrameCell is a cell of a frame: the first row and column that it covers, from
// 0, how many of each it covers, and its box.
type FrameCell struct {
	Row, Col, Rows, Cols     int
	Left, Top, Right, Bottom float64
}

// tolerance is how far apart two rulings may be that are meant as one: a border
// drawn twice, or lines of neighbouring cells that do not quite meet. On A4 it
// is 3 points.
func (p *Page) tolerance() float64 { return min(p.Width, p.Height) / 200 }
