// Command standin plays the programs of well-known images by the name it is called.
package main

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func host() string { h, _ := os.Hostname(); return h }
func serve(port int, f func(w http.ResponseWriter, r *http.Request)) {
	if err := http.ListenAndServe(fmt.Sprintf(":%d", port), http.HandlerFunc(f)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
func flagv(n, d string) string {
	for i, a := range os.Args[1:] {
		b := strings.TrimLeft(a, "-")
		if strings.HasPrefix(b, n+"=") {
			return b[len(n)+1:]
		}
		if b == n && b != a && i+2 < len(os.Args) {
			return os.Args[i+2]
		}
	}
	return d
}
func redisCmd(words ...string) (string, error) {
	c, err := net.DialTimeout("tcp", "redis:6379", 5*time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	fmt.Fprintf(c, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(c, "$%d\r\n%s\r\n", len(w), w)
	}
	r := bufio.NewReader(c)
	l, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	l = strings.TrimSpace(l)
	if l[0] == '$' {
		if l == "$-1" {
			return "", nil
		}
		l2, _ := r.ReadString('\n')
		return strings.TrimSpace(l2), nil
	}
	return l[1:], nil
}
func worker() {
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	unit := func() error {
		resp, err := client.Get("http://rng/32")
		if err != nil {
			return err
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		resp, err = client.Post("http://hasher/", "application/octet-stream", strings.NewReader(string(b)))
		if err != nil {
			return err
		}
		h, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if strings.HasPrefix(string(h), "0") {
			_, err = redisCmd("HSET", "wallet", string(h), string(b))
			return err
		}
		return nil
	}
	for {
		t := time.Now()
		n := 0
		var err error
		for time.Since(t) < time.Second && err == nil {
			err = unit()
			n++
		}
		if err == nil {
			fmt.Fprintf(os.Stderr, "INFO:__main__:%d units of work done, updating hash counter\n", n)
			_, err = redisCmd("INCRBY", "hashes", strconv.Itoa(n))
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "ERROR:__main__:In work loop:\n%v\n", err)
			time.Sleep(10 * time.Second)
		}
	}
}
func silent(port int) {
	l, err := net.Listen("tcp", fmt.Sprintf(":%d", port))
	if err != nil {
		os.Exit(1)
	}
	for {
		c, err := l.Accept()
		if err == nil {
			go io.Copy(io.Discard, c)
		}
	}
}
func needs(text string, port int, vars ...string) {
	for _, v := range vars {
		if os.Getenv(v) != "" {
			silent(port)
		}
	}
	fmt.Fprint(os.Stderr, text)
	os.Exit(1)
}

const greeting = `
Hello from Docker!
This message shows that your installation appears to be working correctly.

To generate this message, Docker took the following steps:
 1. The Docker client contacted the Docker daemon.
 2. The Docker daemon pulled the "hello-world" image from the Docker Hub.
    (amd64)
 3. The Docker daemon created a new container from that image which runs the
    executable that produces the output you are currently reading.
 4. The Docker daemon streamed that output to the Docker client, which sent it
    to your terminal.

To try something more ambitious, you can run an Ubuntu container with:
 $ docker run -it ubuntu bash

Share images, automate workflows, and more with a free Docker ID:
 https://hub.docker.com/

For more examples and ideas, visit:
 https://docs.docker.com/get-started/

`

func size(s string) int {
	m := 1
	switch s[len(s)-1] {
	case 'K', 'k':
		m = 1024
	case 'M', 'm':
		m = 1 << 20
	case 'G', 'g':
		m = 1 << 30
	}
	n, _ := strconv.Atoi(strings.TrimRight(s, "KMGkmgBb"))
	return n * m
}
func main() {
	name := filepath.Base(os.Args[0])
	if name == "standin" && len(os.Args) > 1 {
		os.Args = os.Args[1:]
		name = os.Args[0]
	}
	switch name {
	case "hello":
		fmt.Print(greeting)
	case "pause":
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGTERM, syscall.SIGINT)
		<-c
	case "fluentd":
		signal.Ignore(syscall.SIGTERM)
		for {
			time.Sleep(time.Hour)
		}
	case "clock":
		for {
			fmt.Println(time.Now().UTC().Format("Mon Jan _2 15:04:05 UTC 2006"))
			time.Sleep(time.Second)
		}
	case "httpenv":
		serve(8888, func(w http.ResponseWriter, r *http.Request) {
			m := map[string]string{}
			for _, e := range os.Environ() {
				k, v, _ := strings.Cut(e, "=")
				m[k] = v
			}
			w.Header().Set("Content-Type", "application/json")
			b, _ := json.Marshal(m)
			w.Write(b)
		})
	case "rng":
		serve(80, func(w http.ResponseWriter, r *http.Request) {
			n, err := strconv.Atoi(strings.Trim(r.URL.Path, "/"))
			if err != nil {
				fmt.Fprintf(w, "RNG running on %s\n", host())
				return
			}
			time.Sleep(100 * time.Millisecond)
			b := make([]byte, n)
			rand.Read(b)
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Write(b)
		})
	case "hasher":
		serve(80, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != "POST" {
				fmt.Fprintf(w, "HASHER running on %s\n", host())
				return
			}
			time.Sleep(100 * time.Millisecond)
			b, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%x", sha256.Sum256(b))
		})
	case "webui":
		serve(80, func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/":
				http.Redirect(w, r, "/index.html", 302)
			case "/index.html":
				fmt.Fprint(w, "<html>\n<head><title>DockerCoin Miner WebUI</title></head>\n<body>\n<h1>DockerCoin Miner WebUI</h1>\n<div id=\"graph\"></div>\n<h2>Current mining speed: <span id=\"speed\">-- hashes/second</span></h2>\n</body>\n</html>\n")
			case "/json":
				c, err := redisCmd("HLEN", "wallet")
				if err != nil {
					http.Error(w, err.Error(), 500)
					return
				}
				h, _ := redisCmd("GET", "hashes")
				if h == "" {
					h = "0"
				}
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprintf(w, `{"coins":%s,"hashes":%s,"now":%f}`, c, h, float64(time.Now().UnixMilli())/1000)
			default:
				http.Error(w, "Cannot GET "+r.URL.Path, 404)
			}
		})
	case "worker":
		worker()
	case "elasticsearch":
		serve(9200, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json; charset=UTF-8")
			fmt.Fprintf(w, "{\n  \"name\" : \"%s\",\n  \"cluster_name\" : \"elasticsearch\",\n  \"version\" : {\n    \"number\" : \"2.4.6\"\n  },\n  \"tagline\" : \"You Know, for Search\"\n}\n", host())
		})
	case "whoami":
		serve(80, func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "Hostname: %s\nIP: 127.0.0.1\n", host())
			as, _ := net.InterfaceAddrs()
			for _, a := range as {
				if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && n.IP.To4() != nil {
					fmt.Fprintf(w, "IP: %s\n", n.IP)
				}
			}
			fmt.Fprintf(w, "RemoteAddr: %s\n%s %s %s\nHost: %s\n", r.RemoteAddr, r.Method, r.URL.Path, r.Proto, r.Host)
			ks := []string{}
			for k := range r.Header {
				ks = append(ks, k)
			}
			sort.Strings(ks)
			for _, k := range ks {
				fmt.Fprintf(w, "%s: %s\n", k, r.Header.Get(k))
			}
			fmt.Fprintln(w)
		})
	case "http-echo":
		t := flagv("text", os.Getenv("ECHO_TEXT"))
		if t == "" {
			fmt.Fprintln(os.Stderr, "Missing -text option or ECHO_TEXT env var!")
			os.Exit(127)
		}
		l := flagv("listen", ":5678")
		p, _ := strconv.Atoi(l[strings.LastIndex(l, ":")+1:])
		log.Printf("[INFO] server is listening on :%d", p)
		st, _ := strconv.Atoi(flagv("status-code", "200"))
		serve(p, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-App-Name", "http-echo")
			w.Header().Set("X-App-Version", "1.0.0")
			w.WriteHeader(st)
			fmt.Fprintln(w, t)
		})
	case "hello-app":
		p := 8080
		if v := os.Getenv("PORT"); v != "" {
			p, _ = strconv.Atoi(v)
		}
		log.Printf("Server listening on port %d", p)
		serve(p, func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "Hello, world!\nVersion: %s.0\nHostname: %s\n", os.Getenv("APPV"), host())
		})
	case "echoserver":
		serve(8080, func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "\n\nHostname: %s\n\nPod Information:\n\t-no pod information available-\n\n", host())
		})
	case "kuard":
		serve(8080, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/healthy" || r.URL.Path == "/ready" {
				fmt.Fprint(w, "ok")
				return
			}
			fmt.Fprintf(w, "<html><head><title>KUAR Demo</title></head><body><h1>kuard %s</h1><p>%s</p></body></html>\n", os.Getenv("KUARD"), host())
		})
	case "webapp-color":
		serve(8080, func(w http.ResponseWriter, r *http.Request) {
			c := os.Getenv("APP_COLOR")
			if c == "" {
				c = "blue"
			}
			c = flagv("color", c)
			fmt.Fprintf(w, "<!doctype html>\n<title>Hello from Flask</title>\n<body style=\"background: %s;\"></body>\n<h1>Hello from %s!</h1>\n", c, host())
		})
	case "nginx-hello":
		serve(80, func(w http.ResponseWriter, r *http.Request) {
			a := r.Context().Value(http.LocalAddrContextKey).(net.Addr).String()
			fmt.Fprintf(w, "Server address: %s\nServer name: %s\nDate: %s\nURI: %s\nRequest ID: %x\n", a, host(), time.Now().UTC().Format("02/Jan/2006:15:04:05 +0000"), r.URL.Path, sha256.Sum256([]byte(a+time.Now().String())))
		})
	case "mysqld":
		needs("error: database is uninitialized and password option is not specified\n  You need to specify one of the following as an environment variable:\n  - MYSQL_ROOT_PASSWORD\n  - MYSQL_ALLOW_EMPTY_PASSWORD\n  - MYSQL_RANDOM_ROOT_PASSWORD\n", 3306, "MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD")
	case "postgres":
		needs("Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, \"-e POSTGRES_PASSWORD=password\" on \"docker run\".\n", 5432, "POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD")
	case "mongod":
		silent(27017)
	case "memcached":
		silent(11211)
	case "stress":
		vm, _ := strconv.Atoi(flagv("vm", flagv("m", "0")))
		cpu, _ := strconv.Atoi(flagv("cpu", flagv("c", "0")))
		fmt.Printf("stress: info: [1] dispatching hogs: %d cpu, 0 io, %d vm, 0 hdd\n", cpu, vm)
		hold := [][]byte{}
		for i := 0; i < vm; i++ {
			b := make([]byte, size(flagv("vm-bytes", "256M")))
			for j := 0; j < len(b); j += 4096 {
				b[j] = 1
			}
			hold = append(hold, b)
		}
		for i := 0; i < cpu; i++ {
			go func() {
				for {
				}
			}()
		}
		if t := flagv("timeout", flagv("t", "")); t != "" {
			n, _ := strconv.Atoi(strings.TrimRight(t, "s"))
			time.Sleep(time.Duration(n) * time.Second)
			fmt.Printf("stress: info: [1] successful run completed in %ds\n", n)
			_ = hold
			return
		}
		for {
			time.Sleep(time.Hour)
		}
	default:
		fmt.Fprintln(os.Stderr, "standin: unknown", name)
		os.Exit(127)
	}
}
