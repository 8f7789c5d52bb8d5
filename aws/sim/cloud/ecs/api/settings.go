package api

import (
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// AccountSettings shows the settings of an account that has changed none: long ARNs, no
// Container Insights (ECS Developer Guide, "Access Amazon ECS features with account settings").
// Without effectiveSettings AWS lists only what was set explicitly.
func AccountSettings(root string, in *ecs.ListAccountSettingsInput) *ecs.ListAccountSettingsOutput {
	out := &ecs.ListAccountSettingsOutput{Settings: []ecstypes.Setting{}}
	if !in.EffectiveSettings {
		return out
	}
	for _, s := range [][2]string{
		{"containerInsights", "disabled"},
		{"containerInstanceLongArnFormat", "enabled"},
		{"serviceLongArnFormat", "enabled"},
		{"taskLongArnFormat", "enabled"},
		{"awsvpcTrunking", "disabled"},
		{"tagResourceAuthorization", "on"},
	} {
		if (in.Name == "" || string(in.Name) == s[0]) && (in.Value == nil || *in.Value == s[1]) {
			out.Settings = append(out.Settings, ecstypes.Setting{
				Name: ecstypes.SettingName(s[0]), Value: new(s[1]), PrincipalArn: &root,
			})
		}
	}
	return out
}
