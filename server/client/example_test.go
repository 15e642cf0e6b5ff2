package client_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"chorus-qualif/server/app"
	"chorus-qualif/server/client"
)

// A server that runs elsewhere; here, one in this process.
func Example() {
	a, stop := running()
	defer stop()
	ctx, at := context.Background(), time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)

	c, err := client.New(a.AdminURL(), client.Options{}) // client.DefaultURL, when it listens where it does by default
	if err != nil {
		log.Fatal(err)
	}
	demo := c.Sandbox("demo")
	if _, err := demo.Put(ctx, client.Spec{Clock: client.Frozen(at)}); err != nil {
		log.Fatal(err)
	}
	done, err := demo.Advance(ctx, client.UntilEvent("password-expired", ""))
	if err != nil {
		log.Fatal(err)
	}
	last := done.Fired[len(done.Fired)-1]
	fmt.Println(last.Due.Format(time.DateOnly), last.Kind)

	for item, err := range demo.Stream(ctx, client.StreamQuery{After: last.Events[0] - 1}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(item.Event.Kind, item.Event.Subject == last.Subject)
		break
	}
	// Output:
	// 2026-03-16 password-expired
	// PasswordExpired true
}

// A refusal has a code for programs.
func ExampleCode() {
	a, stop := running()
	defer stop()
	c, err := client.New(a.AdminURL(), client.Options{})
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.Sandbox("nobody").Clock(context.Background())
	fmt.Println(client.Code(err))
	// Output:
	// sandbox-unknown
}

// running is a server on a free port.
func running() (a *app.App, stop func()) {
	a, err := app.New(app.Options{})
	if err == nil {
		err = a.Start()
	}
	if err != nil {
		log.Fatal(err)
	}
	return a, func() { _ = a.Stop(context.Background()) }
}
