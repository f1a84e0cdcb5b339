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

// maxName bounds a document's name, and maxSource what all names and hashes take,
// both in bytes: they travel in every message's header, of which JetStream takes
// 64 KB.
const (
	maxName   = 4096
	maxSource = 60 << 10
)

// Capture lays a document on the belt and returns when it is safe there. While
// Config.Backlog documents are waiting, it waits too: run the workers, here or
// elsewhere, or it waits until ctx ends.
//
// Bytes in the name that are not UTF-8 are replaced by U+FFFD. An error that is
// permanent (see [Permanent]) concerns this document alone.
func (b *Belt) Capture(ctx context.Context, c Captured) error {
	source, err := checkSource(c.Source)
	if err != nil {
		return Permanent(fmt.Errorf("capture document %s: %w", c.Source.SHA256, err))
	}
	body, err := json.Marshal(Captured{Source: source})
	if err != nil {
		return fmt.Errorf("capture document %s: %w", source.SHA256, err)
	}
	if len(body) > maxSource {
		return Permanent(fmt.Errorf("capture document %s: the names and hashes of its %d attached files take %d bytes, at most %d travel", source.SHA256, len(source.Attached), len(body), maxSource))
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

// checkSource makes the names of a document and its files fit to travel.
func checkSource(source report.Source) (report.Source, error) {
	source.Attached = slices.Clone(source.Attached)
	if err := checkFile(&source); err != nil {
		return source, err
	}
	for i := range source.Attached {
		file := &source.Attached[i]
		if err := checkFile(file); err != nil {
			return source, fmt.Errorf("attached file %d: %w", i+1, err)
		}
	}
	return source, nil
}

func checkFile(s *report.Source) error {
	s.Name = strings.ToValidUTF8(s.Name, "\uFFFD")
	switch {
	case s.SHA256 == "":
		return errors.New("it has no hash: archive it first")
	case len(s.Name) > maxName:
		return fmt.Errorf("its name has %d bytes, at most %d are taken", len(s.Name), maxName)
	}
	return nil
}
