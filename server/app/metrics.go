package app

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"chorus-qualif/server/files"
	"chorus-qualif/server/sandboxes"
)

// metrics are the program's own, in a registry of their own: several programs
// run in one process.
type metrics struct {
	gatherer   *prometheus.Registry
	answers    *prometheus.CounterVec
	violations *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		gatherer: prometheus.NewRegistry(),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chorus_qualif_answers_total", Help: "Answers of the emulated platform, by operation, HTTP status and explanation code.",
		}, []string{"operation", "status", "code"}),
		violations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chorus_qualif_contract_violations_total", Help: "Requests and answers that do not satisfy the OpenAPI documents.",
		}, []string{"direction", "operation"}),
	}
	m.gatherer.MustRegister(m.answers, m.violations, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch shows how many sandboxes there are, and what their files take.
func (m *metrics) watch(registry *sandboxes.Registry, held *files.Store) {
	m.gatherer.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "chorus_qualif_sandboxes", Help: "Sandboxes in this process.",
	}, func() float64 { return float64(registry.Len()) }))
	for name, gauge := range map[string]struct {
		help string
		of   func(files.Usage) float64
	}{
		"chorus_qualif_files":             {"Distinct contents of files that sandboxes hold.", func(u files.Usage) float64 { return float64(u.Files) }},
		"chorus_qualif_files_bytes":       {"Bytes of memory that those contents take.", func(u files.Usage) float64 { return float64(u.Bytes) }},
		"chorus_qualif_files_limit_bytes": {"Bytes that they may take (--files-total-bytes); 0 is no bound.", func(u files.Usage) float64 { return float64(u.Limit) }},
	} {
		m.gatherer.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: gauge.help}, func() float64 { return gauge.of(held.Usage()) }))
	}
}

func (m *metrics) answered(operation string, status int, code string) {
	m.answers.WithLabelValues(operation, strconv.Itoa(status), code).Inc()
}

func (m *metrics) violated(direction, operation string) {
	m.violations.WithLabelValues(direction, operation).Inc()
}
