package published

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// ErrNoProgram says that a program is not installed.
var ErrNoProgram = errors.New("the program is not installed")

// Workshop runs the programs. Its folder holds their profiles and what they
// make; whoever made the folder removes it.
type Workshop struct{ Dir string }

// programTime bounds one run of a program.
const programTime = 5 * time.Minute

func run(ctx context.Context, name string, args ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrNoProgram, name)
	}
	ctx, cancel := context.WithTimeout(ctx, programTime)
	defer cancel()
	var said bytes.Buffer
	c := exec.CommandContext(ctx, path, args...)
	c.Stdout, c.Stderr = &said, &said
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(said.String()))
	}
	return nil
}

// Convert has LibreOffice convert files, all in one run, and returns where each
// result lies. To is the new extension, with the name of the export filter and
// its options where there is a choice ("pdf:writer_pdf_Export"); read is the
// name of the import filter, or empty.
func (w Workshop) Convert(ctx context.Context, read, to, outdir string, files []string) ([]string, error) {
	profile, err := filepath.Abs(filepath.Join(w.Dir, "office-"+filepath.Base(outdir)))
	if err != nil {
		return nil, err
	}
	args := []string{"-env:UserInstallation=file://" + filepath.ToSlash(profile), "--headless", "--norestore"}
	if read != "" {
		args = append(args, "--infilter="+read)
	}
	args = append(append(args, "--convert-to", to, "--outdir", outdir), files...)
	if err := run(ctx, "soffice", args...); err != nil {
		return nil, err
	}
	extension, _, _ := strings.Cut(to, ":")
	var made []string
	for _, file := range files {
		base := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		made = append(made, filepath.Join(outdir, base+"."+extension))
	}
	return made, exist(made)
}

// exist fails unless each file is there and holds something: soffice ends well
// also when it converted nothing.
func exist(files []string) error {
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			return fmt.Errorf("%s was not made: %w", file, err)
		}
	}
	return nil
}

// PrintPages has Chromium print pages to PDF, two at a time.
func (w Workshop) PrintPages(ctx context.Context, outdir string, files []string) ([]string, error) {
	if err := os.MkdirAll(outdir, 0o755); err != nil {
		return nil, err
	}
	made := make([]string, len(files))
	failed := make([]error, 2)
	var wait sync.WaitGroup
	for worker := range failed {
		wait.Go(func() {
			for i := worker; i < len(files) && failed[worker] == nil; i += len(failed) {
				base := strings.TrimSuffix(filepath.Base(files[i]), filepath.Ext(files[i]))
				made[i] = filepath.Join(outdir, base+".pdf")
				failed[worker] = w.printPage(ctx, worker, files[i], made[i])
			}
		})
	}
	wait.Wait()
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	return made, exist(made)
}

func (w Workshop) printPage(ctx context.Context, worker int, page, pdf string) error {
	page, err := filepath.Abs(page)
	if err != nil {
		return err
	}
	return run(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--no-first-run", "--no-pdf-header-footer", "--user-data-dir="+filepath.Join(w.Dir, fmt.Sprint("chromium-", worker)),
		"--print-to-pdf="+pdf, "file://"+filepath.ToSlash(page))
}

// Rewriting is a way in which qpdf writes a PDF anew.
type Rewriting struct {
	Name string
	args []string
}

// Rewritings are all ways of rewriting. Those that encrypt leave the password of
// the user empty, so that everybody may read.
func Rewritings() []Rewriting {
	encrypt := func(bits string, more ...string) []string {
		return append(append([]string{"--allow-weak-crypto", "--encrypt", "", "owner", bits}, more...), "--")
	}
	return []Rewriting{
		{"linearized", []string{"--linearize"}},
		{"object-streams", []string{"--object-streams=generate"}},
		{"unpacked", []string{"--qdf", "--object-streams=disable"}},
		{"rc4-40", encrypt("40")},
		{"rc4-128", encrypt("128", "--use-aes=n")},
		{"aes-128", encrypt("128", "--use-aes=y")},
		{"aes-256", encrypt("256")},
		{"turned", []string{"--rotate=+90"}},
	}
}

// Rewrite has qpdf write a PDF anew.
func (w Workshop) Rewrite(ctx context.Context, how Rewriting, from, to string) error {
	return run(ctx, "qpdf", append(append([]string(nil), how.args...), from, to)...)
}
