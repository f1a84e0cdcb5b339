package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongkai/report"
)

// Captured is a document whose bytes are in the archive.
type Captured struct {
	// Source names the document and the files attached to it. SHA256 and Name of
	// each must be set; the rest is what the capture happens to know.
	Source report.Source `json:"source"`
}

// maxName bounds a document's name, which travels in every message's header.
const maxName = 4096

// Capture lays a document on the belt and returns when it is safe there. While
// Config.Backlog documents are waiting, it waits too: run the workers, here or
// elsewhere, or it waits until ctx ends.
//
// Bytes in the name that are not UTF-8 are replaced by U+FFFD.
func (b *Belt) Capture(ctx context.Context, c Captured) error {
	source := c.Source
	source.Name = strings.ToValidUTF8(source.Name, "\uFFFD")
	switch {
	case source.SHA256 == "":
		return errors.New("capture document: it has no hash: archive it first")
	case len(source.Name) > maxName:
		return fmt.Errorf("capture document %s: its name has %d bytes, at most %d are taken", source.SHA256, len(source.Name), maxName)
	}
	source.Attached = slices.Clone(source.Attached)
	for i := range source.Attached {
		file := &source.Attached[i]
		file.Name = strings.ToValidUTF8(file.Name, "\uFFFD")
		switch {
		case file.SHA256 == "":
			return fmt.Errorf("capture document %s: the attached file %q has no hash: archive it first", source.SHA256, file.Name)
		case len(file.Name) > maxName:
			return fmt.Errorf("capture document %s: the name of an attached file has %d bytes, at most %d are taken", source.SHA256, len(file.Name), maxName)
		}
	}
	body, err := json.Marshal(Captured{Source: source})
	if err != nil {
		return fmt.Errorf("capture document %s: %w", source.SHA256, err)
	}
	msg, err := newMessage(captured, Parse, tag{source: source, run: b.config.Run, token: b.token()}, body)
	if err != nil {
		return fmt.Errorf("capture document %s: %w", source.SHA256, err)
	}
	if err := b.publish(ctx, ctx, msg); err != nil {
		return fmt.Errorf("capture document %s: %w", source.SHA256, err)
	}
	return nil
}
