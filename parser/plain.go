package parser

import (
	"fmt"
	"strings"

	"gongkai/parser/blocks"
	"gongkai/report"
)

// decodePlain reads text: one block a line, tabs and spaces as they are.
func decodePlain(data []byte) (*blocks.Document, error) {
	text := string(data)
	d := &blocks.Document{Boxes: []int{0}}
	d.Blocks = make([]blocks.Block, 0, min(strings.Count(text, "\n")+1, blocks.MaxBlocks))
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
			if len(d.Blocks) >= blocks.MaxBlocks {
				return nil, fmt.Errorf("%w: more than %d lines", ErrTooLarge, blocks.MaxBlocks)
			}
			d.Blocks = append(d.Blocks, blocks.Block{Text: line, Cut: end < 0, At: report.Pos{Line: number, Col: 1}})
		}
		text = rest
	}
	return d, nil
}
