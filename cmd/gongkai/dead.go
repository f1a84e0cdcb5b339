package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"gongkai/pipeline"
)

func (a *app) deadCommand() *cobra.Command {
	var data, nats, format string
	cmd := &cobra.Command{
		Use:   "dead",
		Short: "List documents that could not be read, with the reason 未能读取的文件",
		Long: `Dead lists the documents that ingest could not take through the chain: where they
stopped, how often they were tried, and why. gongkai ingest --retry tries them
again, for example with a newer program.`,
		Example: `  gongkai dead
  gongkai dead --format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config := pipeline.Config{URL: nats}
			if nats == "" {
				folder, err := resolveData(data)
				if err != nil {
					return err
				}
				config.Dir = filepath.Join(folder, "belt")
			}
			return a.listDead(cmd.Context(), config, format)
		},
	}
	dataFolder(cmd, &data)
	cmd.Flags().StringVar(&nats, "nats", "", "address of an external NATS, as in ingest")
	formatFlag(cmd, &format, "table", "csv", "json")
	return cmd
}

func (a *app) listDead(ctx context.Context, config pipeline.Config, format string) error {
	belt, err := pipeline.Open(ctx, config)
	if err != nil {
		return err
	}
	letters, err := belt.DeadLetters(ctx)
	if err := firstError(err, belt.Close()); err != nil {
		return err
	}
	if len(letters) == 0 && format == "table" {
		_, err := fmt.Fprintln(a.out, "no dead letters 没有未能读取的文件")
		return err
	}
	rows := a.newListing(format, "name", "stage", "attempts", "sha256", "reason")
	rows.table.right = map[int]bool{2: true}
	for _, letter := range letters {
		hash := letter.Source.SHA256
		if format == "table" {
			hash = hash[:min(len(hash), shownHash)]
		}
		reason := reasonAlone(letter.Source.Name, letter.Reason)
		if err := rows.add(letter.Source.Name, string(letter.Stage), letter.Attempts, hash, reason); err != nil {
			return err
		}
	}
	return rows.close()
}

// shownHash is how much of a hash a table shows: enough to find the file.
const shownHash = 12
