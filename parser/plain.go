package parser

import (
	"fmt"
	"strings"

	"gongkai/report"
)

// decodePlain reads text: one block a line, tabs and spaces as they are.
func decodePlain(data []byte) (*Document, error) {
	text := string(data)
	d := &Document{Boxes: []int{0}}
	d.Blocks = make([]Block, 0, strings.Count(text, "\n")+1)
	for number := 1; text != ""; number++ {
		end := strings.IndexAny(text, "\n\r\f")
		line, rest := text, ""
		if end >= 0 {
			line, rest = text[:end], text[end+1:]
			if text[end] == '\r' && strings.HasPrefix(rest, "\n") {
				rest = rest[1:]
			}
		}
		if strings.TrimSpace(line) != "" {
			if len(d.Blocks) >= maxBlocks {
				return nil, fmt.Errorf("%w: more than %d lines", ErrTooLarge, maxBlocks)
			}
			d.Blocks = append(d.Blocks, Block{Text: line, Cut: end < 0, At: report.Pos{Line: number, Col: 1}})
		}
		text = rest
	}
	return d, nil
}
