# The service beside a Neo4j of its own, as docker-compose.yml starts both. Its packages are the locked ones, by their hashes.
FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /gallery
COPY requirements/run.txt requirements/run.txt
RUN pip install --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY graph graph
COPY graph_seed graph_seed
COPY resolvers resolvers
COPY schema schema
COPY server server
RUN pip install --no-deps --no-build-isolation --no-index -e . && mkdir -m 1777 /data
ENV ROLLEGALLERI_DATA=/data
EXPOSE 8000
CMD ["rollegalleri", "serve"]
