package qualif

// What tests need to see of the inside.
var (
	GeneratePassword = generatePassword
	AddDays          = addDays
	Subjects         = subjects
	Payloads         = payloads
)

// RefusalCodes lists the table of refusals.
func RefusalCodes() []string {
	var codes []string
	for code := range refusals {
		codes = append(codes, code)
	}
	return codes
}

// PasswordDigest is what a state keeps of a password.
func (s *State) PasswordDigest(login, password string) string { return digest(s.key, login, password) }
