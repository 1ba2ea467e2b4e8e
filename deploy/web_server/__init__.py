"""The web server: granian takes connections and reads heads, a loop waits for bodies, and threads run the market.

Whoever sends slowly holds a place in the loop and nothing else; a thread gets a request that is whole, and gives back an answer that is
whole. Start at `rsgi_application`. `python -m deploy.web_server` runs it. Nothing here knows the market; any WSGI application is served.
"""
