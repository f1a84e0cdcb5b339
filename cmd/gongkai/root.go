package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/audit"
	"gongkai/normalize"
	"gongkai/parser"
	"gongkai/parser/ocr"
	"gongkai/report"
	"gongkai/schemas"
)

// app is what the commands share.
type app struct {
	streams
	forms      *schemas.Set
	parser     *parser.Parser
	normalizer *normalize.Normalizer
	auditor    *audit.Auditor
}

func newRoot(s streams) *cobra.Command {
	forms, words := schemas.Embedded(), schemas.EmbeddedWords()
	a := &app{
		streams:    s,
		forms:      forms,
		parser:     &parser.Parser{Forms: forms, Words: words, Pictures: &ocr.Reader{}},
		normalizer: &normalize.Normalizer{Forms: forms, Words: words},
		auditor:    audit.New(forms),
	}
	root := &cobra.Command{
		Use:   "gongkai",
		Short: "Read, check and compare the yearly reports on open government information (政府信息公开工作年度报告)",
		Long: `gongkai reads the yearly reports that Chinese government bodies publish on their
open government information work, checks them against the relations of the
official forms, and stores them for comparison.

gongkai 读取各级行政机关发布的政府信息公开工作年度报告，按官方表式核对数据，并入库供比较。

Every figure is exactly what the page prints, with its place, or it is marked as
not read, with the reason. 每一个数字都与页面所印一致并注明位置，否则说明未读取的原因。

Exit codes: 0 clean, 1 findings, 2 failure.`,
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(a.parseCommand(), a.auditCommand(), a.ingestCommand(), a.reportsCommand(),
		a.compareCommand(), a.explainCommand(), a.exportCommand(), a.deadCommand(), a.schemaCommand())
	return root
}

// blindFlag adds the flag that turns recognition of pictures off.
func (a *app) blindFlag(cmd *cobra.Command) {
	blind := cmd.Flags().Bool("no-ocr", false, "do not recognise pictures and scanned pages 不识别图片")
	cmd.PreRunE = chain(cmd.PreRunE, func(*cobra.Command, []string) error {
		if *blind {
			a.parser.Pictures = nil
		}
		return nil
	})
}

// wants makes a command ask for arguments: what says of each what it is, and a last
// one that ends in "..." may be repeated.
func wants(what ...string) cobra.PositionalArgs {
	last, repeats := strings.CutSuffix(what[len(what)-1], "...")
	what = append(what[:len(what)-1:len(what)-1], last)
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(what):
			return fmt.Errorf("%s what? Name %s; %s --help shows examples", cmd.Name(), what[len(args)], cmd.CommandPath())
		case len(args) > len(what) && !repeats:
			return fmt.Errorf("%s: %q is one argument too many: put words that belong together in quotes; %s --help shows examples",
				cmd.Name(), args[len(what)], cmd.CommandPath())
		}
		return nil
	}
}

// aReport is what commands that read reports want.
const aReport = `a report: a file, an archive, a folder, or "-" for standard input`

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// read takes a document all the way from bytes to figures. A fault of the program
// over one document does not take the others with it.
func (a *app) read(ctx context.Context, name string, data []byte, attached ...parser.File) (r *report.Report, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			r, err = nil, fmt.Errorf("read %s: the program failed over this document (%v); please report it with the document", name, fault)
		}
	}()
	r, err = a.parser.Parse(ctx, report.Source{Name: name}, data, attached...)
	if err != nil {
		return nil, err
	}
	a.normalizer.Normalize(r)
	return r, nil
}

// dataFolder adds the flag for the folder that holds archive, belt and database.
func dataFolder(cmd *cobra.Command, folder *string) {
	cmd.Flags().StringVar(folder, "data", "", "data folder (default $XDG_DATA_HOME/gongkai or ~/.local/share/gongkai)")
}

// resolveData gives the data folder by the XDG base directory specification.
func resolveData(folder string) (string, error) {
	if folder != "" {
		return folder, nil
	}
	if base := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "gongkai"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the data folder: %w; name one with --data", err)
	}
	return filepath.Join(home, ".local", "share", "gongkai"), nil
}
