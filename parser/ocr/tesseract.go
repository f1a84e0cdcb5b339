package ocr

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"gongkai/parser/blocks"
)

// reading is what a recogniser reads in a line, and how sure it is in percent.
type reading struct {
	text       string
	confidence float64
	// raw is the recogniser's own confidence, where that was changed.
	raw float64
}

// task is a number of lines to be read in one way.
type task struct {
	// language is a model's name: "eng" or "chi_sim".
	language string
	// letters are the characters that may be read; empty for all.
	letters string
	// mode is tesseract's way of cutting a page: "7" takes it for a line, "8" for
	// a word.
	mode string
	// height is that of a line of print in the pictures, in pixels.
	height int
	lines  []*gray
}

// program runs the recogniser as a process of its own.
type program struct{ path string }

// read reads the lines of a task, one reading a line; the empty reading where
// nothing was found.
func (p program) read(ctx context.Context, t task) ([]reading, error) {
	if len(t.lines) == 0 {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "gongkai-ocr-")
	if err != nil {
		return nil, fmt.Errorf("read print: make a folder for the pictures: %w", err)
	}
	defer os.RemoveAll(dir)
	var list bytes.Buffer
	for i, l := range t.lines {
		name := filepath.Join(dir, strconv.Itoa(i)+".pgm")
		if err := os.WriteFile(name, l.pgm(), 0o600); err != nil {
			return nil, fmt.Errorf("read print: write a line's picture: %w", err)
		}
		fmt.Fprintln(&list, name)
	}
	names := filepath.Join(dir, "lines.txt")
	if err := os.WriteFile(names, list.Bytes(), 0o600); err != nil {
		return nil, fmt.Errorf("read print: write the list of lines: %w", err)
	}
	args := []string{names, "stdout", "-l", t.language, "--psm", t.mode, "--dpi", "300"}
	if t.letters != "" {
		args = append(args, "-c", "tessedit_char_whitelist="+t.letters)
	}
	out, err := run(ctx, p.path, append(args, "tsv")...)
	if err != nil {
		return nil, fmt.Errorf("read print: %w", err)
	}
	return readings(out, len(t.lines))
}

// maxOutput bounds what a program may print.
const maxOutput = 64 << 20

// run runs a program to its end and gives what it prints.
func run(ctx context.Context, path string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, path, args...)
	// One core a document: documents are read side by side.
	c.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, problems := limited{max: maxOutput}, limited{max: 4 << 10}
	c.Stdout, c.Stderr = &out, &problems
	err := c.Run()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s was stopped: %w", filepath.Base(path), ctx.Err())
	case err != nil:
		return nil, fmt.Errorf("%s failed: %w: %s", filepath.Base(path), err, strings.TrimSpace(problems.String()))
	case out.over:
		return nil, fmt.Errorf("%s printed more than %d bytes: %w", filepath.Base(path), maxOutput, blocks.ErrTooLarge)
	}
	return out.Bytes(), nil
}

// limited keeps the first bytes written to it.
type limited struct {
	bytes.Buffer
	max  int
	over bool
}

func (l *limited) Write(p []byte) (int, error) {
	room := max(l.max-l.Len(), 0)
	l.over = l.over || len(p) > room
	l.Buffer.Write(p[:min(len(p), room)])
	return len(p), nil
}

// pgm is the picture in the plainest format there is.
func (g *gray) pgm() []byte {
	return append(fmt.Appendf(nil, "P5\n%d %d\n255\n", g.w, g.h), g.px...)
}

// readings reads tesseract's table: a line a word, with the number of the
// picture in the second column, the confidence and the word in the last two.
func readings(tsv []byte, n int) ([]reading, error) {
	all, words := make([]reading, n), make([]int, n)
	for row := range strings.Lines(string(tsv)) {
		columns := strings.SplitN(strings.TrimSuffix(row, "\n"), "\t", 12)
		if len(columns) < 12 || columns[0] != "5" {
			continue
		}
		number, err := strconv.Atoi(columns[1])
		if err != nil || number < 1 || number > n {
			return nil, fmt.Errorf("read print: tesseract's table names picture %q of %d", columns[1], n)
		}
		confidence, err := strconv.ParseFloat(columns[10], 64)
		if err != nil {
			return nil, fmt.Errorf("read print: tesseract's table has the confidence %q", columns[10])
		}
		r := &all[number-1]
		if words[number-1] == 0 || confidence < r.confidence {
			r.confidence = confidence
		}
		words[number-1]++
		if r.text != "" {
			r.text += " "
		}
		r.text += columns[11]
	}
	return all, nil
}
