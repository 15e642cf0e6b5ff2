package command

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"chorus-qualif/fixtures"
)

type generate struct {
	Structures  string `short:"n" default:"100" help:"How many structures. [${default}]" placeholder:"N"`
	Seed        string `default:"1" help:"Everything drawn follows from it: the same seed gives the same bytes. [${default}]" placeholder:"N"`
	Public      string `default:"0.3" help:"Share of public structures, 0 to 1. [${default}]" placeholder:"SHARE"`
	Services    string `default:"1" help:"Services a structure. [${default}]" placeholder:"N"`
	Users       string `default:"1" help:"People a structure beside its gestionnaire principal. [${default}]" placeholder:"N"`
	Invalid     string `default:"0.3" help:"Share of SIRETs that fail the Luhn check, as many do in qualification. [${default}]" placeholder:"SHARE"`
	Accounts    string `default:"0" help:"Share of structures that start with a working technical account (YAML only). [${default}]" placeholder:"SHARE"`
	Bank        string `default:"0" help:"Share of private structures that have a bank account (YAML only). [${default}]" placeholder:"SHARE"`
	Commitments string `default:"0" help:"Share of public structures that have a commitment towards a supplier (YAML only). [${default}]" placeholder:"SHARE"`
	To          string `default:"" help:"Form to write: yaml or csv. [by the output's extension, else yaml]" placeholder:"FORM"`
	Output      string `short:"o" default:"-" help:"File to write; - is the standard output. [${default}]" placeholder:"FILE"`
}

// Run implements the command.
func (c *generate) Run(r *run) error {
	k := &checker{source: r.source}
	options := fixtures.Options{
		Seed: k.number("seed", c.Seed, 0), Structures: k.count("structures", c.Structures),
		PublicShare: k.share("public", c.Public), ServicesPerStructure: k.count("services", c.Services),
		UsersPerStructure: k.count("users", c.Users), InvalidLuhnShare: k.share("invalid", c.Invalid),
		AccountShare: k.share("accounts", c.Accounts),
		BankShare:    k.share("bank", c.Bank), CommitmentShare: k.share("commitments", c.Commitments), Format: k.form("to", c.To, c.Output),
	}
	if terminal(r.Stderr) {
		options.Progress = bar(r.Stderr)
	}
	if err := errors.Join(errors.Join(k.errs...), options.Check()); err != nil {
		return misuse{err} // nothing is written, not even an empty file
	}
	return output(r, c.Output, func(w io.Writer) error { return fixtures.Generate(w, options) })
}

func (c *checker) count(flag, value string) int { return int(c.number(flag, value, 0)) }

func (c *checker) share(flag, value string) float64 {
	share, err := strconv.ParseFloat(value, 64)
	if err != nil || !(share >= 0 && share <= 1) {
		c.fail(flag, value, "want a share from 0 to 1")
		return 0
	}
	return share
}

// bar draws progress on one line of a terminal.
func bar(w io.Writer) func(done, total int) {
	const width = 40
	return func(done, total int) {
		filled := width
		if total > 0 {
			filled = width * done / total
		}
		fmt.Fprintf(w, "\r[%s%s] %d of %d structures", strings.Repeat("=", filled), strings.Repeat(" ", width-filled), done, total)
		if done == total {
			fmt.Fprintln(w)
		}
	}
}
