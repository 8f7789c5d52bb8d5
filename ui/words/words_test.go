package words

import (
	"testing"
	"time"
)

func TestWordsOfNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Ago(30 * time.Second), "<1m"},
		{Ago(119 * time.Minute), "119m"},
		{Ago(5 * time.Hour), "5h"},
		{Ago(9 * 24 * time.Hour), "9d"},
		{Ago(400 * 24 * time.Hour), "13mo"},
		{Ago(900 * 24 * time.Hour), "2y"},
		{Ago(-time.Hour), "+60m"},
		{Clock(62 * time.Second), "1:02"},
		{Clock(3*time.Hour + 4*time.Second), "3:00:04"},
		{Money(1012.345), "$1,012.35"},
		{Money(0.999), "$1.00"},
		{Money(-2.5), "-$2.50"},
		{Rate(0.0284), "0.0284"},
		{Rate(412.84), "412.8"},
		{Memory(512), "512 MiB"},
		{Memory(6.2 * 1024 * 1024), "6.2 TiB"},
		{ShortName("arn:aws:iam::123456789012:root"), "root user"},
		{ShortName("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"), "…AdministratorAccess/root"},
		{ShortName("arn:aws:ecs:us-east-1:123456789012:cluster/x"), "cluster/x"},
		{ShortName("plain"), "plain"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
