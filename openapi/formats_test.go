package openapi_test

import "testing"

func TestDateTime(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"2026-03-01T09:00:00+01:00":     true,
		"2026-03-01T09:00:00.123+01:00": true,
		"2026-03-01T09:00:00.1Z":        true,
		"2026-03-01T09:00:00-23:59":     true,
		"2028-02-29T23:59:59Z":          true,
		"2026-02-29T09:00:00Z":          false,
		"2026-13-01T09:00:00Z":          false,
		"2026-03-01T24:00:00Z":          false,
		"2026-03-01T9:00:00Z":           false,
		"2026-03-01T9:00:00+01:00":      false,
		"2026-03-01T09:00:00,5Z":        false,
		"2026-03-01T09:00:00+24:00":     false,
		"2026-03-01T09:00:00+01:60":     false,
		"2026-03-01T09:00:00+0100":      false,
		"2026-03-01T09:00:00":           false,
		"2026-03-01 09:00:00Z":          false,
		"2026-03-01":                    false,
		"":                              false,
		"2026-03-01T09:00:00Z and more": false,
	}
	for value, want := range tests {
		got := operation(t, "setClock").ValidateRequest(withName(`{"at":"` + value + `"}`))
		if (got == nil) != want {
			t.Errorf("%q: %+v", value, got)
		}
	}
}

func TestDateOrDateTime(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"2026-03-02":                    true,
		"2028-02-29":                    true,
		"2026-03-02T23:59:59":           true,
		"2026-03-02T23:59:59.123":       true,
		"2026-03-02T23:59:59Z":          true,
		"2026-03-02T23:59:59.123+01:00": true,
		"2026-02-29":                    false,
		"2026-02-29T23:59:59":           false,
		"2026-03-02T24:00:00":           false,
		"2026-03-02T23:59":              false,
		"2026-03-02T9:00:00":            false,
		"2026-03-02T23:59:59ZZ":         false,
		"2026-03-02T":                   false,
		"2026-03-02Z":                   false,
		"2026-03-02 23:59":              false,
		"20260302":                      false,
		"":                              false,
	}
	for value, want := range tests {
		got := operation(t, "soumettreFacture").ValidateRequest(jsonRequest(`{"dateFacture":"` + value + `"}`))
		if (got == nil) != want {
			t.Errorf("%q: %+v", value, got)
		}
	}
}
