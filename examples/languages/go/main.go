// Prints its name, how long it slept, and the lines and words of stdin.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

func main() {
	quiet := flag.Bool("quiet", false, "print only what was read")
	flag.Parse()
	before := time.Now()
	time.Sleep(90 * time.Second)
	slept := time.Since(before)
	words := make(chan string)
	lines := 0
	go func() {
		defer close(words)
		for in := bufio.NewScanner(os.Stdin); in.Scan(); lines++ {
			for _, word := range strings.Fields(in.Text()) {
				words <- word
			}
		}
	}()
	count, longest := 0, ""
	for word := range words {
		count++
		if len(word) > len(longest) {
			longest = word
		}
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	if !*quiet {
		fmt.Fprintf(out, "%s %d\nslept %d\n", os.Args[0], len(os.Args), int(slept.Seconds()))
	}
	fmt.Fprintf(out, "lines %d words %d longest %s\nthird %.6f\n", lines, count, longest, 1.0/3)
}
