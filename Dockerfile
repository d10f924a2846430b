# The application for web servers and workers alike; what runs is the command (compose.yaml).
FROM python:3.11-slim-bookworm

# Fonts with Chinese for labels and reports, and what WeasyPrint draws text with.
RUN apt-get update \
 && apt-get install -y --no-install-recommends fontconfig fonts-noto-cjk libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/surveyapp
COPY requirements-bootstrap.lock requirements.lock ./
RUN python -m venv .venv \
 && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock \
 && .venv/bin/uv pip install --no-cache --compile-bytecode --python .venv/bin/python --require-hashes -r requirements.lock

COPY LICENSE config.py wsgi.py ./
COPY scripts/catalogues.py scripts/
COPY migrations migrations
COPY static static
COPY templates templates
COPY surveyapp surveyapp
RUN .venv/bin/python scripts/catalogues.py compile && .venv/bin/python -m compileall -q surveyapp config.py wsgi.py

ENV PATH=/opt/surveyapp/.venv/bin:/usr/local/bin:/usr/bin:/bin INSTANCE_PATH=/srv/surveyapp FLASK_SKIP_DOTENV=1
RUN useradd --system --uid 10001 --no-create-home surveyapp && mkdir -p /srv/surveyapp && chown surveyapp /srv/surveyapp
USER surveyapp
EXPOSE 8000
CMD ["gunicorn", "--no-control-socket", "--workers", "2", "--threads", "8", "--bind", "0.0.0.0:8000", "wsgi:app"]
