// dockle, which looks at built images, at a fixed version: e2e/support/dockle.py compiles it.
module ingest/dockle

go 1.24

require github.com/goodwithtech/dockle v0.4.15
