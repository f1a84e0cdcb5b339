package office

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"gongkai/parser/blocks"
)

// sheetXML is the XML of a sheet without its rows and its empty cells: programs
// write formats for thousands of them, up to the last row that a sheet may have.
// They are told to a listener on the way and never become XML elements, which
// takes a hundred times as long. All else, and what is written in an unusual way,
// is passed on byte by byte, so that the listener and who reads what is passed on
// are told everything in its order.
type sheetXML struct {
	in     *bufio.Reader
	out    *int64 // bytes passed on
	most   int64
	listen sheetListener

	passing int    // bytes to pass on
	until   string // the end of a comment or the like, which is passed on whole
	last    [3]byte
	open    int // rows whose end is due
	err     error
}

type sheetListener interface {
	// startRow is told a row, emptyCell a cell without content. ok is false if it
	// cannot be one: then it is passed on.
	startRow(a sheetTag) (ok bool)
	emptyCell(a sheetTag) (ok bool)
}

// sheetTag is what the tag of a row or a cell says.
type sheetTag struct {
	at       string // its address, "" for the next one
	look     int    // the number of its format
	hidden   bool
	ownsLook bool // the format is that of the whole row
}

// maxTag is how long the tag of a row or an empty cell is, with its end.
const maxTag = 512

// ReadByte makes xml.Decoder read no further than it must.
func (s *sheetXML) ReadByte() (byte, error) {
	for s.passing == 0 && s.err == nil {
		if size := s.nothing(); size > 0 {
			s.discard(size)
			continue
		}
		s.passing = 1
	}
	if s.err != nil {
		return 0, s.err
	}
	s.passing--
	b, err := s.in.ReadByte()
	if err != nil {
		if s.err = err; err == io.EOF && s.open > 0 {
			s.err = fmt.Errorf("%w: a row of a sheet has no end", blocks.ErrDamaged)
		}
		return 0, s.err
	}
	s.last[0], s.last[1], s.last[2] = s.last[1], s.last[2], b
	if s.until != "" && bytes.HasSuffix(s.last[:], []byte(s.until)) {
		s.until = ""
	}
	if *s.out++; *s.out > s.most {
		s.err = fmt.Errorf("%w: its parts unfold to more than %d bytes, empty rows and cells not counted", blocks.ErrTooLarge, s.most)
	}
	return b, s.err
}

// Read is not used by xml.Decoder, which wants an io.Reader all the same.
func (s *sheetXML) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := s.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// discard passes over an element, and the white space behind it.
func (s *sheetXML) discard(size int) {
	s.in.Discard(size) // it was looked at
	for {
		b, err := s.in.ReadByte()
		if err != nil {
			return // ReadByte says it again
		}
		if b != ' ' && b != '\n' && b != '\r' && b != '\t' {
			s.in.UnreadByte()
			return
		}
	}
}

// nothing is the size of the element here that need not be passed on, 0 if it
// must be.
func (s *sheetXML) nothing() int {
	if first, _ := s.in.Peek(1); len(first) == 0 || first[0] != '<' || s.until != "" {
		return 0
	}
	window, _ := s.in.Peek(maxTag)
	switch {
	case bytes.HasPrefix(window, []byte("</row>")) && s.open > 0:
		s.open--
		return len("</row>")
	case bytes.HasPrefix(window, []byte("<!--")):
		s.until = "-->"
	case bytes.HasPrefix(window, []byte("<![CDATA[")):
		s.until = "]]>"
	case bytes.HasPrefix(window, []byte("<?")):
		s.until = "?>"
	case bytes.HasPrefix(window, []byte("<!")):
		s.until = ">"
	case bytes.HasPrefix(window, []byte("<row")):
		return s.row(window)
	case bytes.HasPrefix(window, []byte("<c")):
		return s.cell(window)
	}
	return 0
}

func (s *sheetXML) row(window []byte) int {
	end := bytes.IndexByte(window, '>')
	if end < 0 {
		return 0
	}
	attributes, isEmpty := bytes.CutSuffix(window[len("<row"):end], []byte("/"))
	tag, ok := readSheetTag(attributes)
	if !ok || !s.listen.startRow(tag) {
		return 0
	}
	if !isEmpty {
		s.open++
	}
	return end + 1
}

func (s *sheetXML) cell(window []byte) int {
	end := bytes.IndexByte(window, '>')
	if end < 0 {
		return 0
	}
	attributes, isEmpty := bytes.CutSuffix(window[len("<c"):end], []byte("/"))
	size := end + 1
	if !isEmpty {
		if !bytes.HasPrefix(window[size:], []byte("</c>")) {
			return 0
		}
		size += len("</c>")
	}
	if tag, ok := readSheetTag(attributes); !ok || !s.listen.emptyCell(tag) {
		return 0
	}
	return size
}

// readSheetTag reads attributes; ok is false where anything is unusual.
func readSheetTag(b []byte) (tag sheetTag, ok bool) {
	for {
		rest := bytes.TrimLeft(b, " \t\r\n")
		if len(rest) == 0 {
			return tag, true
		}
		equals := bytes.IndexByte(rest, '=')
		if len(rest) == len(b) || equals < 0 || equals+1 == len(rest) || rest[equals+1] != '"' && rest[equals+1] != '\'' {
			return tag, false
		}
		name, value := rest[:equals], rest[equals+2:]
		size := bytes.IndexByte(value, rest[equals+1])
		if size < 0 || bytes.ContainsAny(name, " \t\r\n\"'<&") || bytes.ContainsAny(value[:size], "<&") {
			return tag, false
		}
		b, value = value[size+1:], value[:size]
		switch string(name) {
		case "r":
			tag.at = string(value)
		case "s":
			n, err := strconv.Atoi(string(value))
			if err != nil {
				return tag, false
			}
			tag.look = n
		case "hidden":
			tag.hidden = tag.hidden || isTrue(string(value))
		case "ht":
			tag.hidden = tag.hidden || isZero(string(value))
		case "customFormat":
			tag.ownsLook = isTrue(string(value))
		}
	}
}

// unfolding reads a part bit by bit.
type unfolding struct {
	io.Reader
	archive *archive
	name    string
	err     error
}

// maxUnfolded bounds what is unfolded bit by bit, all parts together: to unfold
// it and look for what it holds takes about a second.
const maxUnfolded = 128 << 20

func (u *unfolding) Read(p []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	n, err := u.Reader.Read(p)
	u.archive.unfolded += int64(n)
	switch {
	case u.archive.ctx.Err() != nil:
		u.err = fmt.Errorf("read part %s: %w", u.name, u.archive.ctx.Err())
	case u.archive.unfolded > maxUnfolded:
		u.err = fmt.Errorf("%w: its sheets unfold to more than %d bytes", blocks.ErrTooLarge, maxUnfolded)
	case errors.Is(err, io.EOF):
		u.err = io.EOF
	case err != nil:
		u.err = fmt.Errorf("%w: unfold part %s: %v", blocks.ErrDamaged, u.name, err)
	default:
		return n, nil
	}
	if u.err == io.EOF {
		return n, nil
	}
	return 0, u.err
}
