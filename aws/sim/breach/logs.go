package breach

import (
	"fmt"
	"strings"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud/logs"
)

// minerLogs writes what the tasks of a family have said since they started: the first lines, and
// the last.
func (b *builder) minerLogs(region, family string, tasks []string, since time.Time) {
	for _, task := range tasks {
		stream := "ecs/" + family + "/" + task[strings.LastIndexByte(task, '/')+1:]
		lines := []logs.LogLine{
			{Time: since.Add(2 * time.Second), Message: " * ABOUT        rig/6.2 gcc/13.2"},
			{Time: since.Add(2 * time.Second), Message: fmt.Sprintf(" * CPU          x86_64 virtual (%d threads) 32.0 GB", 16)},
			{Time: since.Add(3 * time.Second), Message: "net      use pool pool.example.net:3333"},
			{Time: since.Add(9 * time.Second), Message: "randomx  dataset ready (6104 ms)"},
		}
		for i := range 3 {
			at := b.now.Add(-time.Duration(3-i)*11*time.Second - b.upTo(9*time.Second))
			if at.After(since) {
				lines = append(lines, logs.LogLine{Time: at, Message: fmt.Sprintf("cpu      accepted (%d/0) diff 120001 (%d ms)", 400+i, b.between(30, 90))})
			}
		}
		b.c.AddLogLines(region, "/ecs/"+family, stream, lines...)
	}
}

// appLogs writes what an honest service's tasks say.
func (b *builder) appLogs(region, family string, tasks []string) {
	for _, task := range tasks {
		b.c.AddLogLines(region, "/ecs/"+family, "ecs/"+family+"/"+task[strings.LastIndexByte(task, '/')+1:],
			logs.LogLine{Time: b.now.Add(-time.Hour - b.upTo(time.Hour)), Message: `{"level":"info","msg":"listening","port":8080}`},
			logs.LogLine{Time: b.now.Add(-b.upTo(5 * time.Minute)), Message: `{"level":"info","msg":"GET /health","status":200}`},
		)
	}
}
