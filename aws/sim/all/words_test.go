package all_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
)

// TestEveryWordIsOneOfAWSs: whatever service is called, a word that its enumeration does not have is
// refused by AWS's own code, and the answer names it or says which there are.
func TestEveryWordIsOneOfAWSs(t *testing.T) {
	c := all.New(cloud.Options{Account: "123456789012"})
	call := cloud.Call{Context: t.Context(), Place: c.In("us-east-1"), Now: time.Now(), Identity: cloud.Identity{ARN: "arn:aws:iam::123456789012:user/alice"}}
	tried := map[string]int{}
	for _, s := range c.Services() {
		for _, op := range s.Operations {
			eachWord(reflect.TypeOf(op.NewInput()).Elem(), nil, func(path []int, words []string) {
				tried[s.Wire.Name]++
				in := op.NewInput()
				member(reflect.ValueOf(in).Elem(), path).SetString("PERHAPS")
				_, err := op.Do(call, in)
				var api *cloud.APIError
				if !errors.As(err, &api) || !strings.Contains(api.Message, words[0]) && !strings.Contains(api.Message, "PERHAPS") || api.Status >= 500 {
					t.Errorf("%s:%s takes PERHAPS for one of %v: %v", s.Wire.Name, op.Name, words, err)
				}
			})
		}
	}
	for _, service := range []string{"account", "ecs", "events", "scheduler", "logs", "application-autoscaling", "cloudtrail"} {
		if tried[service] == 0 {
			t.Errorf("no word of %s was tried", service)
		}
	}
}

// eachWord walks to the members of an input that take a word of a list.
func eachWord(in reflect.Type, path []int, use func(path []int, words []string)) {
	const deepest = 6
	switch in.Kind() {
	case reflect.Pointer, reflect.Slice:
		eachWord(in.Elem(), path, use)
	case reflect.Struct:
		for i := range in.NumField() {
			if in.Field(i).IsExported() && len(path) < deepest && in != reflect.TypeFor[time.Time]() {
				eachWord(in.Field(i).Type, append(slices.Clone(path), i), use)
			}
		}
	case reflect.String:
		values := reflect.New(in).Elem().MethodByName("Values")
		if in.PkgPath() == "" || !values.IsValid() {
			return
		}
		list := values.Call(nil)[0]
		words := make([]string, list.Len())
		for i := range words {
			words[i] = list.Index(i).String()
		}
		use(path, words)
	default:
	}
}

// member is the value at a path, which is made on the way.
func member(v reflect.Value, path []int) reflect.Value {
	for {
		switch {
		case v.Kind() == reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			v = v.Elem()
		case v.Kind() == reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			v = v.Index(0)
		case len(path) > 0:
			v, path = v.Field(path[0]), path[1:]
		default:
			return v
		}
	}
}
