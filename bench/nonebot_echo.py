"""Minimal echo on nonebot2 and its FastAPI driver, run in an environment of its own."""

import sys

import nonebot
from nonebot.drivers import URL, HTTPServerSetup, Request, Response

nonebot.init(driver="~fastapi", host="127.0.0.1", port=int(sys.argv[1]), log_level="ERROR")


async def echo(request: Request) -> Response:
    return Response(200, content=request.content)


async def ready(_request: Request) -> Response:
    return Response(200, content="ready")


driver = nonebot.get_driver()
driver.setup_http_server(HTTPServerSetup(URL("/echo"), "POST", "echo", echo))
driver.setup_http_server(HTTPServerSetup(URL("/ready"), "GET", "ready", ready))
nonebot.run(access_log=False)
