FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -tags nomsgpack -ldflags "-s -w -X main.version=$VERSION" -o /out/chorus-qualif .

# The binary is all there is: time zones are inside it, and the CA roots are
# only needed to send mail to a relay over TLS.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/chorus-qualif /chorus-qualif
ENV QUALIF_ADDR=:8080 \
    QUALIF_ADMIN_ADDR=:8081 \
    QUALIF_MAIL_ADDR=:8025 \
    QUALIF_SMTP_ADDR=:1025
USER 65532:65532
EXPOSE 8080 8081 8025 1025
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s CMD ["/chorus-qualif", "readyz"]
ENTRYPOINT ["/chorus-qualif"]
CMD ["serve"]
