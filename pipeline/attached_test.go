package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"gongkai/parser"
	"gongkai/report"
)

// withFile is a captured page with a file.
func withFile(m *memory, name, page, href, file string) Captured {
	c := m.put(name, page)
	attached := m.put(href, file).Source
	c.Source.Attached = []report.Source{attached}
	return c
}

// joined parses a page by the names and texts of its files.
func joined(_ context.Context, source report.Source, data []byte, attached ...parser.File) (*report.Report, error) {
	texts := []string{string(data)}
	for _, f := range attached {
		texts = append(texts, f.Name+"="+string(f.Data))
	}
	return &report.Report{Title: strings.Join(texts, "|"), Source: source}, nil
}

// Attached files travel by hash like the page, through either server, and are a
// part of what the document is.
func TestAttachedFilesTravel(t *testing.T) {
	for name, config := range map[string]Config{
		"embedded": {noHandover: true},
		"external": {noHandover: true, URL: externalServer(t, t.TempDir(), server.RANDOM_PORT).ClientURL()},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemory()
			var titles []string
			m.onStore = func(entries []Entry) error {
				for _, e := range entries {
					titles = append(titles, e.Report.Title)
				}
				return nil
			}
			w := m.work()
			w.Parse = joined
			first, second := withFile(m, "p.html", "page", "./a.pdf", "one"), withFile(m, "p.html", "page", "./a.pdf", "two")
			alone, lost := m.put("p.html", "page"), withFile(m, "q.html", "page", "./b.pdf", "lost")
			delete(m.documents, lost.Source.Attached[0].SHA256)
			b := openBelt(t, config)
			events := deliver(t, b, w, first)
			if e := events["p.html"]; e.SHA256 != first.Source.Key() || e.Attached != 1 {
				t.Errorf("event %+v", e)
			}
			deliver(t, b, w, second)
			deliver(t, b, w, alone)
			slices.Sort(titles)
			if got := strings.Join(titles, " "); got != "page page|./a.pdf=one page|./a.pdf=two" {
				t.Errorf("stored %s", got)
			}
			e := deliver(t, b, w, lost)["q.html"]
			if e.Outcome != OutcomeDead || e.SHA256 != lost.Source.Key() || !strings.Contains(e.Reason, "read the attached file ./b.pdf") {
				t.Errorf("a file that is gone: %+v", e)
			}
			letters, err := b.DeadLetters(t.Context())
			if err != nil || len(letters) != 1 || len(letters[0].Source.Attached) != 1 {
				t.Errorf("dead letters %+v, %v", letters, err)
			}
		})
	}
}

func TestAttachedFilesNeedHashes(t *testing.T) {
	m := newMemory()
	c := withFile(m, "p.html", "page", "./a.pdf", "one")
	c.Source.Attached[0].SHA256 = ""
	b := openBelt(t, Config{})
	if err := b.Capture(t.Context(), c); !isPermanent(err) || !strings.Contains(err.Error(), "archive it first") {
		t.Errorf("got %v", err)
	}
	// As many files as a page may have, with names as long as addresses are.
	c.Source.Attached = nil
	for i := range parser.MaxAttached {
		c.Source.Attached = append(c.Source.Attached, m.put(strings.Repeat("n", 300), fmt.Sprint(i)).Source)
	}
	if e := deliver(t, b, m.work(), c)["p.html"]; e.Outcome != "new" || e.Attached != parser.MaxAttached {
		t.Errorf("many files: %+v", e)
	}
	for i := range 10 {
		c.Source.Attached[i].Name = strings.Repeat("n", maxName)
	}
	if err := b.Capture(t.Context(), c); !isPermanent(err) || !strings.Contains(err.Error(), "at most") {
		t.Errorf("names too long together: %v", err)
	}
}

func TestReasons(t *testing.T) {
	figure := func(state report.State, zh string) report.Figure {
		return report.Figure{State: state, Note: report.Text{ZH: zh, EN: `"1\"2" of 3`}}
	}
	got := reasons([]report.Figure{
		figure(report.Unreadable, "数值“12”连在一起"), figure(report.Unreadable, "数值“34”连在一起"),
		figure(report.Unreadable, "本行有8个"), figure(report.Number, "本行有8个"), figure(report.Absent, ""),
	})
	want := []Reason{{report.Text{ZH: "数值“…”连在一起", EN: "“…” of N"}, 2}, {report.Text{ZH: "本行有N个", EN: "“…” of N"}, 1}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
