package main

import (
	"context"
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
stopped, why, and how often they were tried. gongkai ingest --retry tries them
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
	rows := a.newListing(format, "name", "stage", "attempts", "reason", "sha256")
	for _, letter := range letters {
		if err := rows.add(letter.Source.Name, string(letter.Stage), letter.Attempts, letter.Reason, letter.Source.SHA256); err != nil {
			return err
		}
	}
	return rows.close()
}
