// Package blocks is what every decoder makes of a document: lines of text and
// grids of cells in reading order, each with its place. Decoders know media
// types and no forms; whoever reads blocks knows forms and no media types.
package blocks

import (
	"errors"

	"gongkai/report"
)

// Block is a line of text or a grid, as it comes in reading order.
type Block struct {
	// Text is the line; empty for a grid.
	Text string
	// Grid is nil for a line.
	Grid *report.Table
	// Box is the number of the box that the block stands in.
	Box int
	// Cut means that the document ends inside this line.
	Cut bool
	// Picture names the picture that stands here instead of text, as the
	// document refers to it; empty for all else.
	Picture string
	// Confidence is how sure optical recognition is of Text, in percent from 1; 0
	// means that the document states it.
	Confidence int
	At         report.Pos
}

// Document is what a decoder gives: blocks in reading order.
type Document struct {
	Blocks []Block
	// Boxes has, for each box, the number of the box around it, which is always
	// smaller; box 0 is the whole document. A medium without boxes has only that.
	Boxes []int
	// Title is what the document calls itself outside its text, if anything.
	Title string
	// Published is the date of publication that the document states outside its
	// text, YYYY-MM-DD, or empty.
	Published string
	// Charset is the encoding that text was read with; empty where the medium
	// has its own.
	Charset string
	// Inside gives the bytes of a picture that the document holds itself, by its
	// reference; nil for one that it does not hold. It is nil itself where
	// pictures are files beside the document.
	Inside func(reference string) []byte
	// Notes are oddities of the document: pages that could not be read, say.
	Notes []report.Text
}

// Bounds of any document. A document beyond one of them is refused with
// ErrTooLarge or ErrTooDeep, never read in part.
const (
	MaxBlocks = 400_000   // lines and grids
	MaxCells  = 400_000   // cells of all grids
	MaxSpan   = 1_000     // columns or rows that one cell may span, as in HTML
	MaxPages  = 2_000     // pages and sheets
	MaxParts  = 2_000     // files in an archive, streams of a container
	MaxInside = 256 << 20 // bytes that a compressed document may unfold to, all parts together
)

// Reasons why a document gives no report. Errors of decoders wrap one of them.
var (
	ErrEmpty       = errors.New("the document is empty")
	ErrTooLarge    = errors.New("the document is too large")
	ErrTooDeep     = errors.New("the document is nested too deeply")
	ErrUnsupported = errors.New("the document is of a kind that is not read")
	ErrDamaged     = errors.New("the document is damaged")
	ErrEncrypted   = errors.New("the document is locked with a password")
)
