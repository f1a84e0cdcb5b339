package main

import (
	"strconv"
	"strings"

	"gongkai/report"
)

// place is a place in the words of its medium.
func (e *explanation) place(at report.Pos) string {
	var parts []string
	add := func(name string, n int) {
		if n > 0 {
			parts = append(parts, name+" "+strconv.Itoa(n))
		}
	}
	add("attached 附件", at.File)
	medium := mediumOf(e.mediaType(at))
	hasBox := at.Box != (report.Box{})
	switch {
	case medium == workbook && !hasBox && at.Row > 0:
		add("sheet 工作表", at.Page)
		parts = append(parts, "cell 单元格 "+cellAddress(at.Row, at.Col))
	case at.Line > 0:
		add(medium.pageWord(hasBox), at.Page)
		add("line 行", at.Line)
		add("character 字", at.Col)
	default:
		add(medium.pageWord(hasBox), at.Page)
		add("table 表", at.Table)
		add("row 行", at.Row)
		add("cell 格", at.Col)
	}
	if hasBox {
		parts = append(parts, "box 位于 "+boxText(at.Box)+medium.boxUnit())
	}
	return strings.Join(parts, ", ")
}

// mediaType is that of the file that a place is in.
func (e *explanation) mediaType(at report.Pos) string {
	if at.File > 0 && at.File <= len(e.attached) {
		return e.attached[at.File-1].MediaType
	}
	return e.MediaType
}

// medium is how a document is divided.
type medium int

const (
	flowing   medium = iota // lines and tables; what has a box is a picture in it
	paged                   // pages, in points
	picture                 // one picture, in pixels
	workbook                // sheets; what has a box is a picture in one
	container               // a document in an archive: any of them
)

func mediumOf(mediaType string) medium {
	switch {
	case mediaType == "application/pdf":
		return paged
	case strings.HasPrefix(mediaType, "image/"):
		return picture
	case mediaType == "application/zip", mediaType == "application/gzip":
		return container
	case formatName(mediaType) == "xlsx", formatName(mediaType) == "xls":
		return workbook
	}
	return flowing
}

// pageWord is what Pos.Page counts.
func (m medium) pageWord(hasBox bool) string {
	switch {
	case m == paged:
		return "page 页"
	case m == container:
		return "page, sheet or picture 页、工作表或图片"
	case m == workbook && !hasBox:
		return "sheet 工作表"
	}
	return "picture 图片"
}

// boxUnit is what boxes are measured in; of a container nobody knows.
func (m medium) boxUnit() string {
	switch m {
	case paged:
		return " points 点"
	case container:
		return ""
	}
	return " pixels 像素"
}

// cellAddress is the address of a workbook's cell: H4.
func cellAddress(row, col int) string {
	letters := ""
	for ; col > 0; col = (col - 1) / 26 {
		letters = string(rune('A'+(col-1)%26)) + letters
	}
	return letters + strconv.Itoa(row)
}
