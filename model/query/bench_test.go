package query

import "testing"

// BenchmarkMatch prints the time of one key stroke over 100,000 resources on one core; the budget
// is well under 100 ms.
func BenchmarkMatch(b *testing.B) {
	resources := manyTasks(100_000)
	for _, text := range []string{
		"kind:task cpu>=4 age<24h",
		"region:us-*,eu-* !name:prod*",
		"by:…/root",
		"by:root",
		"arn:*0af1*",
		"xmrig",
		"absent",
		"없는",
		"image~^xm.*:latest$",
	} {
		b.Run(text, func(b *testing.B) {
			q := mustParse(b, text)
			env := testEnv()
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for _, r := range resources {
					if q.Match(r, env) {
						n++
					}
				}
			}
		})
	}
}
