package parser

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gongkai/parser/blocks"
	"gongkai/report"
)

// titleRecognised is the note of a report whose title nothing but a picture shows.
var titleRecognised = report.Text{
	ZH: "标题、机关和年度是从图片中识别的，可能有误，请对照图片",
	EN: "title, office and year were recognised in a picture and may be misread: compare the picture",
}

// titled is a report that has nothing but its title, and the note that this was
// recognised if it was.
func titled(preface []blocks.Block, d *blocks.Document) *report.Report {
	found := title(preface, d.Title)
	r := &report.Report{Title: found.text}
	isRecognised := func(b blocks.Block) bool { return b.Confidence > 0 }
	if found.recognised || found.text == "" && slices.ContainsFunc(d.Blocks, isRecognised) {
		r.Notes = append(r.Notes, titleRecognised)
	}
	return r
}

var titleWords = regexp.MustCompile(`(?:公开|政务|信息).*(?:年报|年度报告|工作报告|年度工作报告)|(?:年报|年度报告).*公开`)

// maxTitleLength is in bytes.
const maxTitleLength = 300

// headline is a line that may be the title of a report.
type headline struct {
	text       string
	recognised bool // in a picture
}

// title is the last line before the report that reads like a title, in a workbook
// a row of one cell, else what the document calls itself. If it was recognised
// and the document states the same elsewhere, that is it.
func title(preface []blocks.Block, own string) headline {
	found := lastTitle(preface)
	if found.text == "" {
		return headline{text: own}
	}
	if !found.recognised {
		return found
	}
	for _, b := range slices.Backward(preface) {
		if b.Confidence == 0 && isMisreadOf(found.text, b.Text) {
			return headline{text: strings.TrimSpace(b.Text)}
		}
	}
	if isMisreadOf(found.text, own) {
		return headline{text: own}
	}
	return found
}

func lastTitle(preface []blocks.Block) headline {
	for i, b := range slices.Backward(preface) {
		if text := strings.TrimSpace(b.Text); isTitle(text) {
			return headline{text, b.Confidence > 0}
		}
		// Large print breaks a title over two lines.
		if i > 0 && b.Text != "" && preface[i-1].At.Page == b.At.Page && preface[i-1].Confidence > 0 && b.Confidence > 0 {
			before := strings.TrimSpace(preface[i-1].Text)
			if text := before + strings.TrimSpace(b.Text); isTitle(text) && !isTitle(before) {
				return headline{text, true}
			}
		}
		if b.Grid == nil {
			continue
		}
		for _, row := range slices.Backward(b.Grid.Rows) {
			if cell := onlyText(row); cell != nil && isTitle(cell.Text) {
				return headline{cell.Text, cell.Confidence > 0}
			}
		}
	}
	return headline{}
}

// fileName is how the name of an attached file begins or ends.
var fileName = regexp.MustCompile(`(?i)^附件|\.(?:pdf|docx?|wps|xlsx?|et|ofd|zip|rar)$`)

func isTitle(text string) bool {
	return len(text) <= maxTitleLength && !fileName.MatchString(text) && strings.Contains(text, "报") && !strings.ContainsAny(text, "。；") && titleWords.MatchString(squeezeHan(text))
}

// isMisreadOf reports whether a recognised title can be the stated one: it is as
// long, has the same digits, and hardly any character is another.
func isMisreadOf(seen, stated string) bool {
	a, b := []rune(squeezeHan(seen)), []rune(squeezeHan(stated))
	if len(a) != len(b) || !isTitle(stated) {
		return false
	}
	others := 0
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if unicode.IsNumber(a[i]) || unicode.IsNumber(b[i]) {
			return false
		}
		others++
	}
	return others*5 <= len(b)
}

// squeezeHan drops the spaces that titles are stretched with.
func squeezeHan(s string) string { return strings.Join(strings.Fields(s), "") }
