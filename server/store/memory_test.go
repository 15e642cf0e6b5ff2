package store_test

import (
	"testing"

	"chorus-qualif/server/store"
	"chorus-qualif/server/store/storetest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) store.Journals { return store.NewMemory() })
}
