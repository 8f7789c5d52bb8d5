package logfile

import (
	"context"
	"fmt"
)

// Read hands on the records of a file, or of all files below a folder, in the order of their names.
// Each is good until it returns; from names its file. An error of each ends it, and so does the end of
// the context.
func Read(ctx context.Context, path string, o Options, each func(record []byte, from string) error) (Report, error) {
	o = o.withDefaults()
	var report Report
	var u unpacker
	defer u.close()
	folder := Folder{Path: path}
	err := folder.Each(ctx, func(name string) error {
		return report.file(ctx, file{folder, name}, o, &u, each)
	}, func(name string, err error) { report.fault(name, 0, err) })
	if err != nil {
		return report, fmt.Errorf("read CloudTrail files: %w", err)
	}
	return report, nil
}
