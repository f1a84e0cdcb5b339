package ocr

import (
	"bytes"
	"fmt"

	"gongkai/parser/blocks"
)

// readPGM reads what pdftoppm prints.
func readPGM(data []byte) (*gray, error) {
	var w, h, most int
	if _, err := fmt.Fscanf(bytes.NewReader(data), "P5\n%d %d\n%d\n", &w, &h, &most); err != nil {
		return nil, fmt.Errorf("read the rendered page: %w: %v", blocks.ErrDamaged, err)
	}
	if w <= 0 || h <= 0 || w > maxSide || h > maxSide || w*h > maxPixels || len(data) < w*h {
		return nil, fmt.Errorf("read the rendered page: %w: %d x %d pixels", blocks.ErrDamaged, w, h)
	}
	return &gray{w, h, data[len(data)-w*h:]}, nil
}
